"""The Python of an intent: a shipped analysis and one call of it, with literals only."""

from __future__ import annotations

from ....errors import OurFault
from ....protocol.dna import DataDna
from ..intent import Distribution, GroupTest, Intent, Outliers, Regression
from .plan import Analysis, straight_from_frame
from .scope import Scope
from .selections import counts_only, selected_sheet
from .template_source import source_of

#: What Python calls the last SQL result.
SQL_RESULT = "sql_result"


def python_for(intent: Intent, dna: DataDna) -> str:
    """Code that assigns ``result``.

    It works on the intent's frame where that needs no query, else on the SQL result.

    Raises:
        OurFault: the intent needs no Python.
    """
    if not isinstance(intent, Distribution | Outliers | GroupTest | Regression):
        raise OurFault("This question needs no Python.")
    template, function, names = _call(intent, dna)
    frame = Scope(intent, dna).main.name if straight_from_frame(intent, dna) else _sql_result(dna)
    arguments = ", ".join([frame, *(f"{name}={value!r}" for name, value in names.items())])
    return f"{source_of(template)}\n\nresult = {function}({arguments})\n"


def _sql_result(dna: DataDna) -> str:
    """As ``tools.results`` names it: a frame of that name in view keeps the name."""
    name = SQL_RESULT
    while any(frame.name == name for frame in dna.frames):
        name += "_"
    return name


def _call(intent: Analysis, dna: DataDna) -> tuple[str, str, dict[str, str]]:
    """Template, function and its arguments: names of columns."""
    values, groups = _columns(intent, dna)
    match intent:
        case Distribution():
            named = {"column": values[0]} | ({"group": groups[0]} if groups else {})
            return "distribution", "distribution", named
        case Outliers():
            return "outliers", "outliers", {"column": values[0]}
        case Regression():
            return "regression", "regression", {"x": values[1], "y": values[0]}
        case GroupTest(share=share) if share is not None:
            named = {"group": groups[0], "hits": values[0], "n": _n(intent, dna)}
            return "counts", "compare_shares", named
        case GroupTest() if counts_only(intent, dna):
            named = {"row": groups[0], "column": groups[1], "n": values[0]}
            return "counts", "association", named
        case _:
            return "groups", "compare_groups", {"column": values[0], "group": groups[0]}


def _columns(intent: Analysis, dna: DataDna) -> tuple[list[str], list[str]]:
    """Names of the measures and of the groups, in the frame that the code gets."""
    if not straight_from_frame(intent, dna):
        sheet = selected_sheet(intent, dna)
        return list(sheet.measures), list(sheet.groups)
    scope = Scope(intent, dna)
    cols = [intent.y, intent.x] if isinstance(intent, Regression) else [intent.col]
    by = getattr(intent, "by", None)
    groups = [scope.profile(by.col).name] if by is not None else []
    return [scope.profile(col).name for col in cols], groups


def _n(intent: GroupTest, dna: DataDna) -> str:
    return selected_sheet(intent, dna).n or "n"
