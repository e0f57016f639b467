"""Adjectives that point at a column and a direction: heaviest, longer than, cheap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..intent import Op
from .columns import token_words
from .grammar import Hit, Note, Scope, Told, native, rule
from .lexicon import Column
from .numbers import Bound, bounded

_ConceptWords = tuple[tuple[str, ...], ...]
_LENGTH = (("length",), ("duration",), ("distance",), ("air", "time"), ("runtime",),
           ("km",), ("mile",))  # fmt: skip
_MASS = (("mass",), ("weight",))
_TEMPERATURE = (("temperature",),)
_PRICE = (("price",), ("cost",), ("fare",))
_PAY = (("salary",), ("wage",), ("pay",), ("income",), ("earning",))
_SIZE = (("size",), ("area",), ("population",))
_WIDTH = (("width",),)
_HEIGHT = (("height",), ("altitude",), ("elevation",))
_BIRTH = (("year",), ("birth", "year"), ("year", "built"), ("birth", "date"))

#: Stem: the words of the columns that it is about, and whether the most of it is the largest.
_ADJECTIVES: dict[str, tuple[_ConceptWords, bool]] = {
    "long": (_LENGTH, True), "short": (_LENGTH, False),
    "heavy": (_MASS, True), "light": (_MASS, False),
    "hot": (_TEMPERATURE, True), "warm": (_TEMPERATURE, True),
    "cold": (_TEMPERATURE, False), "cool": (_TEMPERATURE, False),
    "expensive": (_PRICE, True), "cheap": (_PRICE, False), "pricey": (_PRICE, True),
    "big": (_SIZE, True), "large": (_SIZE, True), "small": (_SIZE, False),
    "wide": (_WIDTH, True), "narrow": (_WIDTH, False), "broad": (_WIDTH, True),
    "tall": (_HEIGHT, True), "deep": ((("depth",),), True), "shallow": ((("depth",),), False),
    "fast": ((("speed",), ("velocity",)), True), "slow": ((("speed",), ("velocity",)), False),
    "wet": ((("precipitation",), ("rain",)), True), "rainy": ((("precipitation",),), True),
    "windy": ((("wind",), ("wind", "speed")), True), "humid": ((("humidity",),), True),
    "powerful": ((("horsepower",), ("power",)), True), "far": ((("distance",),), True),
    "populous": ((("population",),), True), "rich": ((("income",), ("gdp",)), True),
    "earn": (_PAY, True), "northern": ((("latitude",),), True),
    "southern": ((("latitude",),), False), "eastern": ((("longitude",),), True),
    "western": ((("longitude",),), False),
    "thick": ((("depth",), ("thickness",)), True), "thin": ((("depth",), ("thickness",)), False),
}  # fmt: skip
_AGES = {"old": True, "new": False, "young": False, "recent": False}
_IRREGULAR = {"farthest": "far", "furthest": "far", "farther": "far", "further": "far"}
_IRREGULAR |= {f"{side}most": side for side in ("northern", "southern", "eastern", "western")}
_DOUBLED = {"hottest": "hot", "hotter": "hot", "biggest": "big", "bigger": "big",
            "wettest": "wet", "wetter": "wet", "thinner": "thin", "thinnest": "thin"}  # fmt: skip
_HIGH = frozenset(["highest", "largest", "greatest", "biggest", "most", "maximum", "max", "top"])
_LOW = frozenset(["lowest", "smallest", "least", "fewest", "minimum", "min"])


@dataclass(frozen=True, slots=True)
class Superlative:
    """``stem`` is empty for highest and lowest, which say a direction only."""

    stem: str
    descending: bool


def is_adjective(word: str) -> bool:
    """Whether a word is an adjective that asks for a column: how heavy."""
    return word in _ADJECTIVES or word in _AGES


def stem(word: str, suffix: str) -> str | None:
    """The adjective of a comparative (er) or superlative (est)."""
    irregular = {**_IRREGULAR, **_DOUBLED}.get(word)
    if irregular:
        return irregular
    if not word.endswith(suffix):
        return None
    bare = word[: -len(suffix)]
    for candidate in (bare, f"{bare}e", f"{bare[:-1]}y"):
        if candidate in _ADJECTIVES or candidate in _AGES:
            return candidate
    return None


@native("superlative")
def _superlative(scope: Scope, start: int) -> Iterator[Hit]:
    if start >= len(scope.tokens):
        return
    word = scope.tokens[start].word
    if word in _HIGH or word in _LOW:
        yield Hit(Superlative("", word in _HIGH), start + 1)
    found = stem(word, "est")
    if found:
        yield Hit(Superlative(found, True), start + 1)
    if word in ("most", "least") and start + 1 < len(scope.tokens):
        after = scope.tokens[start + 1].word
        if after in _ADJECTIVES or after in _AGES:
            yield Hit(Superlative(after, word == "most"), start + 2)


@native("comparative")
def _comparative(scope: Scope, start: int) -> Iterator[Hit]:
    if start >= len(scope.tokens):
        return
    found = stem(scope.tokens[start].word, "er")
    if found:
        yield Hit(found, start + 1)
    if scope.tokens[start].word in ("more", "less") and start + 1 < len(scope.tokens):
        after = scope.tokens[start + 1].word
        if after in _ADJECTIVES and scope.tokens[start].word == "more":
            yield Hit(after, start + 2)


def about(scope: Scope, name: str, unit: str | None = None) -> list[tuple[Column, bool]]:
    """The columns that an adjective can be about, with whether its most is the largest."""
    if name in _AGES:
        return _ages(scope, oldest=_AGES[name])
    concepts, largest = _ADJECTIVES[name]
    found = [
        (column, largest)
        for column in scope.words.own
        if column.numeric and any(set(concept) <= set(column.words) for concept in concepts)
    ]
    in_unit = [pair for pair in found if unit and _fits(pair[0], unit)]
    return in_unit or found


def _fits(column: Column, unit: str) -> bool:
    """Miles are of a distance, minutes of a time, where the name has no unit."""
    if column.unit:
        return column.unit == unit
    of_space = {"mile", "km", "m", "cm", "mm", "foot", "inch"}
    of_time = {"minute", "second", "hour", "day", "ms"}
    words = set(column.words)
    return (unit in of_space and bool(words & {"distance", "length", "height", "width"})) or (
        unit in of_time and bool(words & {"time", "duration", "delay", "runtime"})
    )


def _ages(scope: Scope, *, oldest: bool) -> list[tuple[Column, bool]]:
    age = scope.words.named("age")
    if age and age.numeric:
        return [(age, oldest)]
    born = [c for c in scope.words.own if c.words in _BIRTH and (c.numeric or c.temporal)]
    return [(column, not oldest) for column in born]


def told(name: str, column: Column) -> tuple[Note, ...]:
    """How an adjective was read."""
    said = {"old": "oldest", "new": "newest", "young": "youngest"}.get(name, name)
    return (Note(said, column.label),)


def refined(scope: Scope, name: str, column: Column) -> Column | None:
    """``longest bill`` names bill_length: a noun that fits several columns, and the adjective."""
    if name in _AGES:
        return None
    concepts, _ = _ADJECTIVES[name]
    if name in ("long", "short") and {"delay", "time", "wait", "stay"} & set(column.words):
        return column
    return column if any(set(concept) <= set(column.words) for concept in concepts) else None


@native("adjective_column")
def _adjective_column(scope: Scope, start: int) -> Iterator[Hit]:
    """``bill`` after ``longest``: every column of those words; the adjective picks one."""
    phrase: tuple[str, ...] = ()
    for end in range(start + 1, min(start + 4, len(scope.tokens)) + 1):
        phrase = (*phrase, *token_words(scope.tokens[end - 1]))
        for column in scope.words.own:
            if column.numeric and set(phrase) < set(column.words):
                yield Hit(column, end, 0, (Note(scope.text(start, end), column.label),))


@rule("number_condition", "{name:comparative} than {number} [{unit}]")
def _longer_than(scope: Scope, name: str, number: float, unit: str | None = None) -> Told | None:
    candidates = about(scope, name, unit)
    if len(candidates) != 1:
        if candidates:
            names = " or ".join(column.label for column, _ in candidates)
            scope.refuse(f"“{name}” can be {names}")
        return None
    column, largest = candidates[0]
    return _beyond(scope, column, number, unit, above=largest, name=name)


@rule(
    "number_condition",
    "{:the} {column:adjective_column} [(is|are|was|were|that is)] {name:comparative} than "
    "{number} [{unit}]",
)
def _column_longer_than(
    scope: Scope, column: Column, name: str, number: float, unit: str | None = None
) -> Told | None:
    if not refined(scope, name, column):
        return None
    above = _ADJECTIVES[name][1]
    return _beyond(scope, column, number, unit, above=above, name=name)


@rule(
    "number_condition",
    "{:the} {column} [(is|are|was|were)] {name:comparative} than {number} [{unit}]",
)
def _named_longer_than(
    scope: Scope, column: Column, name: str, number: float, unit: str | None = None
) -> Told | None:
    if name in _AGES:
        return None
    return _beyond(scope, column, number, unit, above=_ADJECTIVES[name][1], name=name)


def _beyond(
    scope: Scope, column: Column, number: float, unit: str | None, *, above: bool, name: str
) -> Told | None:

    value = bounded(scope, column, Bound(Op.GT if above else Op.LT, (number,)), unit)
    if value is None:
        return None
    return Told(value.value, (*value.notes, Note(name, column.label, tell=False)), value.cost)


@rule("sized_verb", "(weigh|weighs|weighed)")
def _weigh(scope: Scope) -> str:
    return "heavy"


@rule("sized_verb", "(earn|earns|earned)")
def _earn(scope: Scope) -> str:
    return "earn"


@rule("sized_verb", "(cost|costs)")
def _cost_verb(scope: Scope) -> str:
    return "expensive"


@rule("number_condition", "(earn|earns|earned|earning) {bound} [{unit}]")
def _earning(scope: Scope, bound: Bound, unit: str | None = None) -> Told | None:
    return _verb(scope, "earn", bound, unit)


@rule("number_condition", "(weigh|weighs|weighed|weighing) {bound} [{unit}]")
def _weighing(scope: Scope, bound: Bound, unit: str | None = None) -> Told | None:
    return _verb(scope, "heavy", bound, unit)


@rule("number_condition", "(cost|costs|costing) {bound} [{unit}]")
def _costing(scope: Scope, bound: Bound, unit: str | None = None) -> Told | None:
    return _verb(scope, "expensive", bound, unit)


def _verb(scope: Scope, name: str, bound: Bound, unit: str | None) -> Told | None:
    candidates = about(scope, name, unit)
    return bounded(scope, candidates[0][0], bound, unit) if len(candidates) == 1 else None
