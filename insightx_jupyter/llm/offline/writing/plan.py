"""Which road an intent takes, and what its Python works on."""

from __future__ import annotations

import keyword
from dataclasses import dataclass

from ....protocol.dna import DataDna
from ....protocol.plan import Classification
from ..intent import (
    Describe,
    Distribution,
    GroupTest,
    Intent,
    Outliers,
    Regression,
)
from .scope import Scope
from .selections import counts_only
from .sql import sheet_for
from .template_source import names_in_templates
from .walk import columns_of

Analysis = Distribution | Outliers | GroupTest | Regression
_ANALYSES = (Distribution, Outliers, GroupTest, Regression)


@dataclass(frozen=True, slots=True)
class Road:
    """The classification, with the reason and the columns, as a plan states them."""

    classification: Classification
    reasoning: str
    columns: tuple[str, ...] = ()


def road_for(intent: Intent, dna: DataDna, *, python_runs: bool = True) -> Road:
    """The road of an intent; the query is written once, so that what cannot be is found here.

    Raises:
        QuestionNotRead: two frames cannot be joined without doubling rows.
        OurFault: the intent names what is not there.
    """
    if isinstance(intent, Describe):
        return Road(Classification.EXPLAIN_ONLY, "The Data DNA answers it.")
    columns = _columns(intent)
    sheet_for(intent, dna, python_runs=python_runs)
    if not isinstance(intent, _ANALYSES):
        return Road(Classification.SQL_ONLY, "One query answers it.", columns)
    if not python_runs:
        reason = "Python may not run here, so a query gives the figures without test or chart."
        return Road(Classification.SQL_ONLY, reason, columns)
    if straight_from_frame(intent, dna):
        return Road(Classification.PY_ONLY, "Statistics and a chart of one frame.", columns)
    reason = "A query selects or counts, then Python computes and draws."
    return Road(Classification.SQL_THEN_PY, reason, columns)


def _columns(intent: Intent) -> tuple[str, ...]:
    named = [f"{c.frame}.{part}" for c in columns_of(intent) for part in (c.ymd or (c.column,))]
    return tuple(dict.fromkeys(named))


def straight_from_frame(intent: Analysis, dna: DataDna) -> bool:
    """Whether Python can take the frame as it is: no filter, join, count or computed key."""
    if intent.where is not None or (isinstance(intent, GroupTest) and counts_only(intent, dna)):
        return False
    scope = Scope(intent, dna)
    by = getattr(intent, "by", None)
    computed = any(
        scope.column(col) != scope.raw(col) or not scope.profile(col).kind.numeric
        for col in columns_of(intent)
        if by is None or col != by.col
    )
    if by is not None:
        computed |= by.grain is not None or scope.column(by.col) != scope.raw(by.col)
    return not scope.joins and not computed and _is_free_name(scope.main.name)


def _is_free_name(name: str) -> bool:
    """Whether Python code can call the frame so beside the names that the templates use."""
    taken = name in names_in_templates() or name == "result"
    return name.isidentifier() and not keyword.iskeyword(name) and not taken
