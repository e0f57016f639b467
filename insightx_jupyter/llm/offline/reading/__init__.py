"""English questions read against the Data DNA; what is not understood is said, never guessed."""

from .reader import Unread, read

__all__ = ["Unread", "read"]
