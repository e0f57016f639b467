"""Verbs that say no more than that the rows are there; what says more has to fit the data."""

from __future__ import annotations

from collections.abc import Iterator

from .grammar import Hit, Scope, native, rule

_PLAIN = frozenset(
    [
        "make",
        "made",
        "take",
        "took",
        "taken",
        "go",
        "went",
        "come",
        "came",
        "run",
        "ran",
        "happen",
        "happened",
        "occur",
        "occurred",
        "exist",
        "existed",
        "live",
        "lived",
        "measured",
        "recorded",
        "observed",
        "weigh",
        "found",
        "work",
        "works",
        "worked",
    ]
)
_JOURNEY = "departure arrival flight trip journey ride origin destination voyage"
_TRADE = "order sale purchase transaction invoice basket customer"
#: An event is in the data where the rows or a column are called after it.
_EVENTS = {
    "fly flew flown": _JOURNEY,
    "depart departed departing leave left": "departure flight trip journey ride",
    "arrive arrived land landed": "arrival flight trip journey ride",
    "operate operated": f"{_JOURNEY} carrier airline operator",
    "built produced manufactured": "built build year manufacturer maker origin car plane product",
    "born": "birth born",
    "died die": "death died die homicide killed",
    "released": "release released",
    "started": "start started",
    "sold buy bought purchased": f"{_TRADE} sold quantity",
    "placed place order ordered": _TRADE,
    "paid": "payment paid",
    "booked": "booking booked reservation flight trip",
    "hired hire": "hire hired hiring",
    "join joined": "join joined hire hired member start",
}
_NEEDS = {
    verb: frozenset(nouns.split()) for verbs, nouns in _EVENTS.items() for verb in verbs.split()
}


@native("verb")
def _verb(scope: Scope, start: int) -> Iterator[Hit]:
    """“employees left in 2019” is not read where only the date of hire is known."""
    word = scope.tokens[start].word if start < len(scope.tokens) else ""
    if word in _PLAIN or _known(scope, word):
        yield Hit("", start + 1, 1)


def _known(scope: Scope, word: str) -> bool:
    said = {w for column in scope.words.own for w in column.words} | set(scope.words.entity)
    return bool(_NEEDS.get(word, frozenset()) & said)


@rule("verb", "(placed|made|have|has|had|took|bought|sold) (a|an|any|at least one) {:entity}")
def _one_of_them(scope: Scope) -> str:
    return ""
