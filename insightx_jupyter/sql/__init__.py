"""SQL over kernel frames: the gate, the worker and the engine in front of it."""
