"""What rows are called: flights, female Gentoo penguins, delayed UA flights, rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ....protocol.dna import Kind
from ..intent import Compare, Condition, Op
from .conditions import both, contradicts
from .filters import flat
from .grammar import Hit, Note, Scope, native, rule
from .lexicon import Column
from .values import ValueSet
from .words import singular

_PEOPLE = {"person", "individual", "human"}
_OF_PEOPLE = {"gender", "sex", "age", "birth", "surname", "salary", "wage", "hired", "hire"}
_FEW = 50
_GENERIC = {"row", "record", "entry", "observation", "sample", "case", "item", "instance"}


@dataclass(frozen=True, slots=True)
class Subject:
    """Rows of the frame, narrowed by what stands before the noun."""

    where: tuple[Condition, ...] = ()


@native("entity")
def _entity(scope: Scope, start: int) -> Iterator[Hit]:
    """The frame's own noun, a generic one, or the last word of a longer name."""
    words = scope.words.entity
    said = tuple(singular(t.word) for t in scope.tokens[start : start + len(words)])
    if words and said == words:
        yield Hit("entity", start + len(words))
    if start >= len(scope.tokens):
        return
    word = singular(scope.tokens[start].word)
    if scope.tokens[start].word == scope.frame.name.casefold():
        yield Hit("entity", start + 1)
    if word in _GENERIC or (word == "data" and _next(scope, start) == "point"):
        yield Hit("entity", start + (2 if word == "data" else 1))
    if len(words) > 1 and word == words[-1]:
        yield Hit("entity", start + 1, 2, (Note(word, f"a row of {scope.frame.name}"),))
    if word == "day" and _a_day_a_row(scope):
        yield Hit("entity", start + 1, 0, (Note(word, "a row: no date occurs twice"),))
    yield from _stand_ins(scope, start, word)


def _stand_ins(scope: Scope, start: int, word: str) -> Iterator[Hit]:
    """Nouns that stand for a row: people, what each row has its own of, what its date is of."""
    said, end = scope.tokens[start].text, start + 1
    row = f"a row of {scope.frame.name}"
    own = scope.words.own
    if word in _PEOPLE and any(_OF_PEOPLE & set(column.words) for column in own):
        yield Hit("entity", end, 0, (Note(said, row),))
    if any(c.words == (word,) and _labels(scope, c) for c in own):
        yield Hit("entity", end, 2, (Note(said, f"{row}; no two have the same"),))
    dated = [c for c in scope.words.dates() if not c.profile.nulls]
    if len(dated) == 1 and dated[0].words == (word, "date") and said.casefold() != word:
        yield Hit("entity", end, 0, (Note(said, f"{row}, by {dated[0].label}"),))


def _labels(scope: Scope, column: Column) -> bool:
    texts = (Kind.ID, Kind.TEXT, Kind.CATEGORY)
    plain = column.profile.kind in texts and not (column.numeric or column.temporal)
    return plain and column.one_a_row(scope.frame)


def _next(scope: Scope, start: int) -> str:
    after = scope.tokens[start + 1 : start + 2]
    return singular(after[0].word) if after else ""


def _a_day_a_row(scope: Scope) -> bool:
    dates = scope.words.dates()
    if len(dates) != 1 or "date" not in dates[0].words:
        return False
    profile = dates[0].profile
    if _days(profile.minimum, profile.maximum) < scope.frame.rows:
        return False  # several points in time a day
    return profile.distinct == scope.frame.rows and profile.distinct_exact


def _days(first: object, last: object) -> int:
    """How many days there are from one to the other, both counted; 0 where that is not known."""
    try:
        low, high = (date.fromisoformat(str(end)[:10]) for end in (first, last))
    except ValueError:  # not ISO texts: how long the data is stays unknown
        return 0
    return (high - low).days + 1


@rule("premod", "{number} {column}")
def _numbered(scope: Scope, number: float, column: Column) -> Condition | None:
    """``4 cylinder cars``: a small whole number that the column holds."""
    profile = column.profile
    low, high = profile.minimum, profile.maximum
    if profile.kind is not Kind.INTEGER or column.joined or (profile.distinct or 99) > _FEW:
        return None
    if not (isinstance(low, int) and isinstance(high, int) and low <= number <= high):
        return None
    return Compare(column.col, Op.EQ, (number,))


@rule("premod", "{values:named_set}")
def _value(scope: Scope, values: ValueSet) -> Condition:
    return values.condition


@rule("premod", "{part:late_condition}")
@rule("premod", "{part:time_of_subject}")
def _special(scope: Scope, part: Condition) -> Condition:
    return part


@native("time_of_subject")
def _time_of_subject(scope: Scope, start: int) -> Iterator[Hit]:
    """``2013 flights``, ``March flights``: not a bare number before something else."""
    for hit in scope.hits("time_condition", start):
        if hit.end - start <= 2 and scope.tokens[start].word not in ("in", "on", "of", "for"):
            yield hit


@native("premods")
def _premods(scope: Scope, start: int) -> Iterator[Hit]:
    yield Hit((), start)
    for first in scope.hits("premod", start):
        for rest in scope.hits("premods", first.end):
            where = both((*flat(first.value), *rest.value))
            if where is not None and not contradicts(where):
                notes = (*first.notes, *rest.notes)
                yield Hit(flat(where), rest.end, first.cost + rest.cost, notes)


@rule("determiner", "[the|all|all the|all of the|any|of the|these|those|our|my|an|a|every|of all]")
def _determiner(scope: Scope) -> str:
    return ""


@rule("rows", "{:determiner} {where:premods} [different] {:entity}")
def _rows(scope: Scope, where: tuple[Condition, ...]) -> Subject:
    return Subject(where)


@rule("subject", "{subject:rows}")
def _subject(scope: Scope, subject: Subject) -> Subject:
    return subject


@rule("subject", "{:determiner} {where:premods}", cost=1)
def _values_only(scope: Scope, where: tuple[Condition, ...]) -> Subject | None:
    """``how many setosa``: the value alone stands for its rows."""
    return Subject(where) if where else None
