"""The SQL of an intent."""

from __future__ import annotations

from ....errors import OurFault
from ....protocol.dna import DataDna
from ..intent import (
    Aggregate,
    Change,
    Correlation,
    Describe,
    Distribution,
    GroupTest,
    Intent,
    Outliers,
    Regression,
    Rows,
    Values,
)
from .aggregate import aggregate_sheet, change_sheet
from .correlation import correlation_sheet
from .selections import rows_sheet, selected_sheet, values_sheet
from .sheet import Sheet
from .summaries import (
    distribution_summary,
    group_summary,
    outlier_summary,
    regression_summary,
)


def sql_for(intent: Intent, dna: DataDna, *, python_runs: bool = True) -> str:
    """The DuckDB query that answers, or that selects what Python then computes with.

    Raises:
        QuestionNotRead: two frames cannot be joined without doubling rows.
        OurFault: the intent names what is not there, or needs no SQL.
    """
    return sheet_for(intent, dna, python_runs=python_runs).sql


def sheet_for(  # noqa: C901 - one case a kind
    intent: Intent, dna: DataDna, *, python_runs: bool = True
) -> Sheet:
    """The query with the names of its columns; errors as in ``sql_for``."""
    match intent:
        case Aggregate():
            return aggregate_sheet(intent, dna)
        case Change():
            return change_sheet(intent, dna)
        case Rows():
            return rows_sheet(intent, dna)
        case Values():
            return values_sheet(intent, dna)
        case Correlation():
            return correlation_sheet(intent, dna)
        case Describe():
            raise OurFault("A description of the data needs no SQL.")
        case _ if python_runs:
            return selected_sheet(intent, dna)
        case Distribution():
            return distribution_summary(intent, dna)
        case Outliers():
            return outlier_summary(intent, dna)
        case GroupTest():
            return group_summary(intent, dna)
        case Regression():
            return regression_summary(intent, dna)
