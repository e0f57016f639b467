"""The built-in analyst: reads English questions against the Data DNA, never guesses."""
