"""Insights kept in memory, as long as the kernel lives."""

from __future__ import annotations

import re
from dataclasses import replace

from .base import Insight

#: Bounds: the oldest go first, and no insight is longer than a short paragraph.
KEPT = 200
CHARS = 500

_WORD = re.compile(r"[^\W_]+")
#: Words of English questions that say nothing about their subject.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at by do does for from how in is it me more most of on or show than "
        "that the there these this to was were what when where which who with",
    )
)


class MemoryInsights:
    """An InsightStore that forgets when the process ends. For one event loop."""

    def __init__(self) -> None:
        self._insights: dict[str, Insight] = {}

    async def add(self, insight: Insight) -> None:
        """See InsightStore. Empty text is not kept."""
        text = " ".join(insight.text.split())[:CHARS]
        if not text:
            return
        key = text.casefold()
        self._insights.pop(key, None)
        self._insights[key] = replace(insight, text=text)
        while len(self._insights) > KEPT:
            del self._insights[next(iter(self._insights))]

    async def find(self, query: str = "", limit: int = 5) -> tuple[Insight, ...]:
        """See InsightStore. Relevance is the number of words that both have."""
        newest_first = list(reversed(self._insights.values()))
        wanted = _words(query)
        if not wanted:
            return tuple(newest_first[:limit])
        scored = [(len(wanted & _subject(i)), i) for i in newest_first]
        related = [pair for pair in scored if pair[0]]
        # sorted() is stable: of equals the newest stays first.
        ranked = sorted(related, key=lambda pair: -pair[0])
        return tuple(insight for _, insight in ranked[:limit])

    async def count(self) -> int:
        """See InsightStore."""
        return len(self._insights)

    async def clear(self) -> None:
        """See InsightStore."""
        self._insights.clear()


def _subject(insight: Insight) -> frozenset[str]:
    return _words(" ".join((insight.text, *insight.frames, *insight.columns)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _COMMON
