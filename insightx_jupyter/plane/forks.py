"""What a forked copy of the user's kernel must not share with its parent."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class ForkAware(Protocol):
    """Holds a thread, a lock or a child that a forked copy of this process does not have."""

    def after_fork_in_child(self) -> None:
        """Start afresh, without a word to what belongs to the parent."""
        ...


_HOLDERS: weakref.WeakSet[ForkAware] = weakref.WeakSet()


def start_afresh_after_fork(holder: ForkAware) -> None:
    """Call ``holder.after_fork_in_child`` in every forked copy, for as long as it lives."""
    _HOLDERS.add(holder)


def _in_child() -> None:
    for holder in list(_HOLDERS):
        holder.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
