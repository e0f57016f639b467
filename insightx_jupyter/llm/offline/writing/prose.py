"""The answer as markdown: a bold sentence, what stands beside it, how it was read, what next."""

from __future__ import annotations

from collections.abc import Sequence

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
    Reading,
    Regression,
    Rows,
    Values,
)
from . import words
from .explain import tell_description
from .followups import Readable, followups
from .plan import road_for
from .results import ResultShape, main_results
from .scope import Scope
from .sql import sheet_for
from .tell_groups import tell_aggregate, tell_change
from .tell_rows import tell_correlation, tell_rows, tell_values
from .tell_statistics import (
    tell_distribution,
    tell_outliers,
    tell_regression,
    tell_test,
)
from .telling import Telling, Told
from .walk import comparisons_of


def answer_for(
    reading: Reading,
    dna: DataDna,
    shapes: Sequence[ResultShape] = (),
    *,
    readable: Readable,
    python_runs: bool = True,
) -> str:
    """The composer's reply. ``shapes`` are the results that came, oldest first.

    Questions to ask next are those that ``readable`` lets pass.

    Raises:
        OurFault: the reading is of a kind that has no results.
    """
    intent = reading.intent
    python = road_for(intent, dna, python_runs=python_runs).classification.agents
    telling = _telling(intent, dna, shapes, steps=len(python) - 1, python_runs=python_runs)
    told = _tell(intent, telling, python_runs=python_runs)
    next_questions = followups(intent, dna, reading.question, readable)
    joins = _joins(intent, dna, told_before="\n".join(reading.choices))
    return _markdown(reading, told, joins, next_questions)


def explanation_for(reading: Reading, dna: DataDna, *, readable: Readable) -> str:
    """The explainer's reply; ``readable`` as in ``answer_for``."""
    if not isinstance(reading.intent, Describe):
        raise OurFault("This question is answered from results, not from the Data DNA.")
    next_questions = followups(reading.intent, dna, reading.question, readable)
    return _markdown(reading, tell_description(reading.intent, dna), (), next_questions)


def _telling(
    intent: Intent,
    dna: DataDna,
    shapes: Sequence[ResultShape],
    *,
    steps: int,
    python_runs: bool,
) -> Telling:
    """The result that answers is the last; without news of it, the last that was planned."""
    main = main_results(shapes)
    shape = main[-1] if main else None
    name = shape.name if shape else f"r{steps}"
    sheet = sheet_for(intent, dna, python_runs=python_runs)
    return Telling(name, shape, sheet, Scope(intent, dna).main.name, dna)


def _tell(  # noqa: C901 - one case a kind
    intent: Intent, t: Telling, *, python_runs: bool
) -> Told:
    match intent:
        case Aggregate():
            return tell_aggregate(intent, t)
        case Change():
            return tell_change(intent, t)
        case Rows():
            return tell_rows(intent, t)
        case Values():
            return tell_values(intent, t)
        case Correlation():
            return tell_correlation(intent, t)
        case Distribution():
            return tell_distribution(intent, t, python=python_runs)
        case Outliers():
            return tell_outliers(intent, t, python=python_runs)
        case GroupTest():
            return tell_test(intent, t, python=python_runs)
        case Regression():
            return tell_regression(intent, t, python=python_runs)
        case Describe():
            raise OurFault("A description is written by the explainer.")


def _joins(intent: Intent, dna: DataDna, *, told_before: str) -> tuple[str, ...]:
    """How frames were joined, unless the reading tells it, and how texts were compared."""
    scope = Scope(intent, dna)
    main = scope.main.name
    lines = [
        f"{words.code(frame)}: joined where {words.code(f'{main}.{left}')} equals "
        f"{words.code(f'{frame}.{right}')}; rows without a match count as missing"
        for frame, (left, right) in scope.joins
        if f"joined on {left} = {frame}.{right}" not in told_before
    ]
    parts = [c.op.value for c in comparisons_of(intent) if c.op.value.split()[-1] in _TEXT]
    lines += [f"{op}: capital and small letters are taken as equal" for op in dict.fromkeys(parts)]
    return tuple(lines)


_TEXT = ("contains", "with")


def _markdown(
    reading: Reading, told: Told, joins: tuple[str, ...], next_questions: tuple[str, ...]
) -> str:
    blocks = [f"**{_sentence(told.lead)}**"]
    sentences: list[str] = []
    for more in map(_sentence, told.more):
        if more.startswith("- "):
            blocks += [" ".join(sentences)] if sentences else []
            blocks, sentences = [*blocks, more], []
        else:
            sentences.append(more)
    blocks += [" ".join(sentences)] if sentences else []
    choices = [words.line(c) for c in reading.choices]
    blocks += _section("How it was read", [*choices, *told.choices, *joins])
    blocks += _section("Ask next", [words.line(q) for q in next_questions])
    return "\n\n".join(blocks)


def _section(title: str, lines: Sequence[str]) -> list[str]:
    items = "\n".join(f"- {line}" for line in dict.fromkeys(lines))
    return [f"## {title}\n{items}"] if items else []


def _sentence(text: str) -> str:
    """The text with a capital letter; a reference or a name in code stays as it is."""
    return text[:1].upper() + text[1:]
