"""Words that stand for a condition by convention: late, on time, cancelled, missing."""

from __future__ import annotations

from collections.abc import Iterator

from ....protocol.dna import Kind
from ..intent import Compare, Condition, Op
from .columns import matching
from .conditions import columns, negated
from .grammar import Hit, Note, Scope, Told, native, rule
from .lexicon import Column
from .numbers import Bound, bounded

_CANCELLED = ("cancelled", "canceled")


def _delays(scope: Scope, *words: str) -> list[Column]:
    return [
        column
        for column, _ in matching(scope.words, (*words, "delay"))
        if column.numeric and not column.joined
    ]


@rule("delay_word", "(late|delayed)")
def _late(scope: Scope) -> tuple[str, ...]:
    return ()


@rule(
    "delay_word",
    "(departed|left|departing|leaving|depart|leave) (late|delayed)",
    "(late|delayed) (on|at|in|) (departure|departing|leaving)",
)
def _departed_late(scope: Scope) -> tuple[str, ...]:
    return ("departure",)


@rule(
    "delay_word",
    "(arrived|arriving|arrive|landed|land) (late|delayed)",
    "(late|delayed) (on|at|in|) (arrival|arriving)",
)
def _arrived_late(scope: Scope) -> tuple[str, ...]:
    return ("arrival",)


def _late_condition(scope: Scope, start: int) -> Iterator[Hit]:
    """``late`` is more than 0 of the delay column, or more than what is said."""
    for word in scope.hits("delay_word", start):
        said = scope.text(start, word.end)
        for column in _delays(scope, *word.value):
            note = Note(said, f"{column.label} > 0{_missing(scope, column)}")
            yield Hit(Compare(column.col, Op.GT, (0,)), word.end, 0, (note,))
            for bound in scope.hits("late_bound", word.end):
                told = bounded(scope, column, *bound.value)
                if told:
                    plain = Note(said, f"by {column.label}{_missing(scope, column)}")
                    yield Hit(told.value, bound.end, 0, (plain, *told.notes))


def _missing(scope: Scope, column: Column) -> str:
    nulls = column.profile.nulls
    return f"; {nulls:,} rows without {column.label} do not count as late" if nulls else ""


@rule("late_bound", "[by] {bound} [{unit}]", "[by] {number} {unit} or more")
def _late_bound(
    scope: Scope, bound: Bound | None = None, number: float | None = None, unit: str | None = None
) -> tuple[Bound, str | None]:
    return bound or Bound(Op.GE, (number or 0,)), unit


@rule("went", "[was|were|is|are|being|been]")
def _went(scope: Scope) -> tuple[str, ...]:
    return ()


@rule("went", "(departed|left|departing|leaving|depart|leave)")
def _went_off(scope: Scope) -> tuple[str, ...]:
    return ("departure",)


@rule("went", "(arrived|arriving|arrive|landed|land|landing)")
def _came_in(scope: Scope) -> tuple[str, ...]:
    return ("arrival",)


@rule("late_by", "{words:went} [by] {bound:late_bound} (late|delayed|behind schedule)")
def _late_by(
    scope: Scope, words: tuple[str, ...], bound: tuple[Bound, str | None]
) -> tuple[tuple[str, ...], Bound, str | None]:
    return words, *bound


@native("late")
def _late_all(scope: Scope, start: int) -> Iterator[Hit]:
    yield from _late_condition(scope, start)
    for hit in scope.hits("late_by", start):
        words, bound, unit = hit.value
        for column in _delays(scope, *words):
            told = bounded(scope, column, bound, unit)
            if told:
                note = Note(
                    scope.text(start, hit.end), f"by {column.label}{_missing(scope, column)}"
                )
                yield Hit(told.value, hit.end, hit.cost, (note, *told.notes))


@rule("late_condition", "{late}")
def _plain_late(scope: Scope, late: Condition) -> Condition:
    return late


@rule("late_condition", "[departed|left|departing|leaving] on time", "on schedule")
def _on_time(scope: Scope) -> Told | None:
    return _delay_told(scope, "on time", Op.LE)


@rule("late_condition", "[departed|left|departing|leaving] early")
def _early(scope: Scope) -> Told | None:
    return _delay_told(scope, "early", Op.LT)


@rule("late_condition", "(arrived|landed|arriving|landing) on time")
def _arrived_on_time(scope: Scope) -> Told | None:
    return _delay_told(scope, "on time", Op.LE, "arrival")


@rule("late_condition", "(arrived|landed|arriving|landing) early")
def _arrived_early(scope: Scope) -> Told | None:
    return _delay_told(scope, "early", Op.LT, "arrival")


def _delay_told(scope: Scope, said: str, op: Op, *words: str) -> Told | None:
    columns = _delays(scope, *words)
    if len(columns) != 1:
        return None
    note = Note(said, f"{columns[0].label} {op} 0")
    return Told(Compare(columns[0].col, op, (0,)), (note,))


@rule("late_condition", "(cancelled|canceled)")
def _cancelled(scope: Scope) -> Told | None:
    """A journey without a departure time did not happen."""
    column = scope.words.named("departure", "time")
    if column is None or not column.profile.nulls:
        return None
    note = Note("cancelled", f"{column.label} is missing")
    return Told(Compare(column.col, Op.IS_NULL), (note,))


@rule("late_condition", "{column}")
def _flag(scope: Scope, column: Column) -> Told | None:
    """A yes/no column by its name: ``active customers``."""
    if column.profile.kind is not Kind.BOOLEAN:
        return None
    return Told(Compare(column.col, Op.EQ, (True,)), (Note(column.label, "is true", tell=False),))


@rule("late_condition", "{column} [is|are|was|were|=|equals|equal to] (true|yes)")
def _said_true(scope: Scope, column: Column) -> Compare | None:
    return Compare(column.col, Op.EQ, (True,)) if column.profile.kind is Kind.BOOLEAN else None


@rule("late_condition", "{column} [is|are|was|were|=|equals|equal to] false")
def _said_false(scope: Scope, column: Column) -> Compare | None:
    return Compare(column.col, Op.EQ, (False,)) if column.profile.kind is Kind.BOOLEAN else None


@native("flag_adverb")
def _flag_adverb(scope: Scope, start: int) -> Iterator[Hit]:
    """``remotely`` after a verb, of a yes/no column ``remote``."""
    word = scope.tokens[start].word if start < len(scope.tokens) else ""
    for column in scope.words.own:
        if column.profile.kind is Kind.BOOLEAN and word == f"{''.join(column.words)}ly":
            note = Note(word, f"{column.label} is true")
            yield Hit(Compare(column.col, Op.EQ, (True,)), start + 1, 0, (note,))


@rule("late_condition", "{part:flag_adverb}")
def _adverb(scope: Scope, part: Condition) -> Condition:
    return part


@rule(
    "null_condition",
    "(no|missing|unknown|empty|without|without a|without an|without any) {:recorded} {column} "
    "[value|values|recorded|known|given|available|data|information]",
    "(no|missing|empty|null) (value|values) (for|in) {:the} {column}",
)
def _null(scope: Scope, column: Column) -> Told | None:
    return _null_told(scope, column)


@rule("recorded", "[recorded|known|valid|actual]")
def _recorded(scope: Scope) -> str:
    return ""


@rule(
    "null_condition",
    "{:the} {column} (is|are|was|were|being|=) (missing|null|unknown|empty|na|nan|none)",
    "{:the} {column} (is|are|was|were) not (known|recorded|given|available)",
    "{:the} {column} (missing|unknown|null)",
)
def _is_null(scope: Scope, column: Column) -> Compare:
    return Compare(column.col, Op.IS_NULL)


@rule(
    "null_condition",
    "{:the} {column} (is|are|was|were) (known|recorded|given|available)",
    "{:the} {column} (is|are|was|were) not (missing|null|unknown|empty)",
    "(a|with|) known {column}",
)
def _not_null(scope: Scope, column: Column) -> Compare:
    return Compare(column.col, Op.NOT_NULL)


def _null_told(scope: Scope, column: Column) -> Told | None:
    """``no precipitation`` may be zero or missing; where zeros are possible it is not read."""
    if column.profile.kind is Kind.BOOLEAN:
        return None  # “without returned” is of the rows that are not
    low, high = column.profile.minimum, column.profile.maximum
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low <= 0 <= high:
        scope.refuse(f"no {column.label} can mean 0 or missing: say “{column.label} is missing”")
        return None
    return Told(
        Compare(column.col, Op.IS_NULL), (Note(f"no {column.label}", f"{column.label} is missing"),)
    )


@rule("late_condition", "not {late:late_condition}", "not {late:late}")
def _not_late(scope: Scope, late: Condition) -> Told:
    known = [scope.words.find(col) for col in columns(late)]
    names = dict.fromkeys(c.label for c in known if c and c.profile.nulls)
    return Told(negated(late), tuple(Note("not", f"rows without {n} do not count") for n in names))
