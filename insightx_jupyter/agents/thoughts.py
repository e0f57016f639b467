"""Thoughts that a model writes into its text: ``<think>…</think>`` before the reply.

Servers without a parser for their model's reasoning pass it on so; it is no part
of the answer and is not sent back.
"""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


def without_thoughts(text: str) -> str:
    """The text after its thoughts. An opening tag may be missing, a closing one too."""
    thought, closed, after = text.partition(CLOSE)
    if closed and (OPEN not in thought or thought.lstrip().startswith(OPEN)):
        return after.lstrip()
    return "" if text.lstrip().startswith(OPEN) else text


class ThoughtSplitter:
    """Tells thoughts from text while both stream."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"

    def feed(self, delta: str) -> tuple[str, str]:
        """(text, thoughts) that are certain by now."""
        if self._state == "text":
            return delta, ""
        self._held += delta
        if self._state == "start" and not self._decided():
            return "", ""
        if self._state == "thinking":
            return self._think()
        return self._take(len(self._held)), ""

    def close(self) -> tuple[str, str]:
        """What was held back."""
        held = self._take(len(self._held))
        return ("", held) if self._state == "thinking" else (held, "")

    def _decided(self) -> bool:
        start = self._held.lstrip()
        if start.startswith(OPEN):
            self._held, self._state = start.removeprefix(OPEN), "thinking"
        elif not OPEN.startswith(start):
            self._state = "text"
        return self._state != "start"

    def _think(self) -> tuple[str, str]:
        thought, closed, text = self._held.partition(CLOSE)
        if closed:
            self._held, self._state = "", "text"
            return text.lstrip(), thought
        # The end may be the beginning of the closing tag.
        certain = max(0, len(self._held) - len(CLOSE) + 1)
        return "", self._take(certain)

    def _take(self, count: int) -> str:
        taken, self._held = self._held[:count], self._held[count:]
        return taken
