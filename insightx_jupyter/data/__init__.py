"""The user's frames: found, kept as they were when asked, profiled, and let out in bounds."""
