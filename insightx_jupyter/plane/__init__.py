"""Frames to Arrow columns in sealed shared memory, and results back."""
