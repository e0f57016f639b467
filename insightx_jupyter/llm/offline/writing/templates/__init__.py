"""Shipped analyses. Their source, below the marker, is what the Python child runs.

They are ordinary modules so that they are linted, typed and tested like all else.
Each hands back a dict: plain values make the one-row result, frames beside it get
names of their own. What needs scipy or matplotlib is left out where those are
not installed, and the result says so in words.
"""
