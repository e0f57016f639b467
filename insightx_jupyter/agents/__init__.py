"""The agents, their prompts, and the one loop between model and tools."""
