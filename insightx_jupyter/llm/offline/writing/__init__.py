"""From a reading to SQL, Python and prose: the offline analyst's second half."""

from __future__ import annotations

from .plan import Road, road_for
from .prose import answer_for, explanation_for
from .python import python_for
from .results import ResultShape, results_in
from .sql import sql_for

__all__ = [
    "ResultShape",
    "Road",
    "answer_for",
    "explanation_for",
    "python_for",
    "results_in",
    "road_for",
    "sql_for",
]
