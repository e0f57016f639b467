"""The five tools that agents call."""
