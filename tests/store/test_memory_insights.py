"""Insights in memory: bounded, and found by the words that both have."""

from __future__ import annotations

from insightx_jupyter.store.base import Insight
from insightx_jupyter.store.memory import CHARS, KEPT, MemoryInsights


async def test_the_nearest_comes_first_and_the_unrelated_not_at_all() -> None:
    kept = MemoryInsights()
    await kept.add(Insight("Adelie penguins live on all islands."))
    await kept.add(Insight("F9 is late most often.", frames=("flights",), columns=("carrier",)))
    await kept.add(Insight("Gentoo penguins on Biscoe are heaviest."))
    found = await kept.find("which penguins on Biscoe?")
    assert [i.text.split()[0] for i in found] == ["Gentoo", "Adelie"]
    assert [i.frames for i in await kept.find("late carrier in the FLIGHTS")] == [("flights",)]


async def test_without_a_query_the_newest_come_first() -> None:
    kept = MemoryInsights()
    for i in range(7):
        await kept.add(Insight(f"finding {i}"))
    assert [i.text for i in await kept.find(limit=2)] == ["finding 6", "finding 5"]


async def test_it_is_bounded_and_repeats_replace() -> None:
    kept = MemoryInsights()
    for i in range(KEPT + 10):
        await kept.add(Insight(f"finding {i}"))
    await kept.add(Insight("  Finding\n 20 "))
    await kept.add(Insight("x" * 9999))
    await kept.add(Insight("  \n"))
    assert await kept.count() == KEPT
    newest, before = await kept.find(limit=2)
    assert len(newest.text) == CHARS
    assert before.text == "Finding 20"
    await kept.clear()
    assert await kept.find() == ()
