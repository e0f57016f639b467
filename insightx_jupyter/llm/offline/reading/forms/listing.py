"""Rows themselves: the longest flights, the car with the most horsepower, planes over 300 seats."""

from __future__ import annotations

from ...intent import Aggregate, Compare, Condition, Func, Measure, Op, Rows
from ..adjectives import Superlative, about, refined, told
from ..compose import aggregate
from ..grammar import Note, Scope, Told, rule
from ..lexicon import Column
from ..measures import Measured
from ..modifiers import Mods, narrowed
from ..subjects import Subject

_SHOWN = 10
_FEW = 50


def _rows(
    scope: Scope,
    subject: Subject,
    mods: Mods,
    *,
    by: Column | None = None,
    descending: bool = True,
    limit: float | None = None,
) -> Rows | None:
    whole = narrowed(mods, subject.where)
    if whole is None or whole.groups or whole.descending is not None or (limit or 1) < 1:
        return None
    if by and (by.joined or not (by.numeric or by.temporal)):
        return None
    shown = int(limit or (1 if by else _SHOWN))
    return Rows(scope.frame.name, by.col if by else None, descending, shown, (), whole.condition)


@rule(
    "one_of",
    "{:ask} [the|a]",
    "(which|what|who) (is|are|was|were) [the]",
    "[the|list the|find the]",
)
@rule("one_of", "(show|give|list|find|tell) [me] [the]")
def _one_of(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "{:one_of} [top] [{number}] {sup:superlative} {subject} {mods}",
    "{:one_of} {sup:superlative} {number} {subject} {mods}",
)
def _longest(
    scope: Scope, sup: Superlative, subject: Subject, mods: Mods, number: float | None = None
) -> Told | None:
    if not sup.stem:
        return None
    return _extreme(scope, sup, subject, mods, number)


@rule(
    "form",
    "who {name:sized_verb} [the] {sup:superlative} {mods}",
    "(which|what) {subject} {name:sized_verb} [the] {sup:superlative} {mods}",
)
def _who_earns(
    scope: Scope, name: str, sup: Superlative, mods: Mods, subject: Subject | None = None
) -> Told | None:
    if sup.stem:
        return None
    return _extreme(scope, Superlative(name, sup.descending), subject or Subject(), mods, None)


@rule("form", "(which|what) {subject} (is|was|are|were) [the] {sup:superlative} {mods}")
@rule("form", "(which|what) [{number}] {subject} (is|was|are|were) [the] {sup:superlative} {mods}")
def _which_is(
    scope: Scope, sup: Superlative, subject: Subject, mods: Mods, number: float | None = None
) -> Told | None:
    return _extreme(scope, sup, subject, mods, number) if sup.stem else None


def _extreme(
    scope: Scope, sup: Superlative, subject: Subject, mods: Mods, number: float | None
) -> Told | None:
    candidates = about(scope, sup.stem)
    if len(candidates) != 1:
        if candidates:
            names = " or ".join(column.label for column, _ in candidates)
            scope.refuse(f"“{sup.stem}” can be {names}")
        return None
    column, largest = candidates[0]
    intent = _rows(
        scope, subject, mods, by=column, descending=largest == sup.descending, limit=number
    )
    return Told(intent, told(sup.stem, column)) if intent else None


@rule("form", "{:one_of} [{number}] {sup:superlative} {subject} by {column} {mods}")
@rule("form", "{:one_of} {number} {subject} (by|with) [the] {sup:superlative} {column} {mods}")
@rule("form", "{:one_of} {sup:superlative} {number} {subject} by {column} {mods}")
def _longest_by(
    scope: Scope,
    sup: Superlative,
    subject: Subject,
    column: Column,
    mods: Mods,
    number: float | None = None,
) -> Rows | None:
    found = (
        [largest for c, largest in about(scope, sup.stem) if c is column] if sup.stem else [True]
    )
    if not found:
        return None
    descending = found[0] == sup.descending
    return _rows(scope, subject, mods, by=column, descending=descending, limit=number)


@rule(
    "form",
    "{top} {subject} (by|in terms of|ranked by|sorted by|ordered by|on) [the] {column} {mods}",
)
def _top_rows(
    scope: Scope, top: tuple[bool, int], subject: Subject, column: Column, mods: Mods
) -> Rows | None:
    return _rows(scope, subject, mods, by=column, descending=top[0], limit=top[1])


@rule("form", "{top} {sup:superlative} {subject} {mods}")
def _top_longest(
    scope: Scope, top: tuple[bool, int], sup: Superlative, subject: Subject, mods: Mods
) -> Told | None:
    return _extreme(scope, sup, subject, mods, top[1]) if sup.stem and top[0] else None


@rule(
    "form",
    "(which|what) [{number}] {subject} {:has_the} {sup:superlative} {column} {mods}",
    "{:one_of} [{number}] {subject} {:has_the} {sup:superlative} {column} {mods}",
    "(which|what) [{number}] {subject} {:has_the} {sup:superlative} {column:adjective_column} "
    "{mods}",
    "{:one_of} [{number}] {subject} {:has_the} {sup:superlative} {column:adjective_column} {mods}",
)
def _which_row(
    scope: Scope,
    subject: Subject,
    sup: Superlative,
    column: Column,
    mods: Mods,
    number: float | None = None,
) -> Rows | None:
    if sup.stem and refined(scope, sup.stem, column) is None:
        return None
    found = (
        [largest for c, largest in about(scope, sup.stem) if c is column] if sup.stem else [True]
    )
    descending = not found or found[0] == sup.descending
    return _rows(scope, subject, mods, by=column, descending=descending, limit=number)


@rule(
    "form",
    "(show|list|give|find|get|display|print|see|return) [me|us] [{number}] {subject} {mods}",
    "(which|what) (are|were|is) [the] {subject} {mods}",
    "(which|what) {subject} {mods}",
    "{subject} {mods}",
)
def _matching(
    scope: Scope, subject: Subject, mods: Mods, number: float | None = None
) -> Told | Rows | Aggregate | None:
    """Rows that match; with groups it is their number that is meant."""
    whole = narrowed(mods, subject.where)
    if whole is None:
        return None
    if whole.groups:
        intent = aggregate(scope, Measured((Measure(Func.COUNT),)), whole)
        said = Note(scope.frame.name, "the number of rows of each group")
        return Told(intent, (said,)) if intent and number is None else None
    if whole.condition is None and number is None:
        return None
    return _rows(scope, subject, mods, limit=number)


@rule(
    "form",
    "{:ask} {:the} {column} {mods}",
    "{:ask} {:the} {column} of {subject:rows} {mods}",
)
def _looked_up(
    scope: Scope, column: Column, mods: Mods, subject: Subject | None = None
) -> Rows | None:
    """“miles in 1973”: a cell of the row that the key names."""
    whole = narrowed(mods, subject.where if subject else ())
    if whole is None or whole.groups or whole.limit or whole.descending is not None:
        return None
    keys = [_key(scope, part) for part in whole.where]
    named = [key for key in keys if key is not None and key is not column]
    if not named or column.joined:
        return None
    shown = (named[0].col, column.col)
    return Rows(scope.frame.name, show=shown, where=whole.condition)


def _key(scope: Scope, part: Condition) -> Column | None:
    """The column that names one row, where the condition says which."""
    if not isinstance(part, Compare) or part.op not in (Op.EQ, Op.IN) or part.grain:
        return None
    found = scope.words.find(part.col)
    return found if found and found.one_a_row(scope.frame) else None


@rule(
    "form",
    "(show|list|give|find|get|display|print|see) [me|us] [the] (first|top) {number} {subject} "
    "{mods}",
)
def _first(scope: Scope, number: float, subject: Subject, mods: Mods) -> Told | None:
    rows = _rows(scope, subject, mods, limit=number)
    return Told(rows, (Note("first", "in the order of the frame"),)) if rows else None


@rule(
    "form",
    "(show|list|display|print) [me] [all] [the] {:entity}",
    "(which|what) {:entity} are there",
)
def _all_rows(scope: Scope) -> Told | None:
    """A frame of few rows is shown whole."""
    few = 0 < scope.frame.rows <= _FEW
    rows = _rows(scope, Subject(), Mods(), limit=scope.frame.rows if few else _SHOWN)
    return Told(rows, () if few else (Note("list", f"the first {_SHOWN} rows"),)) if rows else None


@rule(
    "form", "(show|list|give|find|get) [me] {subject} (sorted by|ordered by) {column} {direction}"
)
@rule("form", "{subject} (sorted by|ordered by) {column} {direction}")
def _sorted(scope: Scope, subject: Subject, column: Column, direction: bool) -> Rows | None:
    return _rows(scope, subject, Mods(), by=column, descending=direction, limit=_SHOWN)


@rule("direction", "(descending|desc|from high to low|highest first|largest first)")
def _down(scope: Scope) -> bool:
    return True


@rule("direction", "(ascending|asc|from low to high|lowest first|smallest first|)")
def _up(scope: Scope) -> bool:
    return False
