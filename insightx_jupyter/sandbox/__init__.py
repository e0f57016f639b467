"""Processes that run what a model wrote: never in the user's kernel."""
