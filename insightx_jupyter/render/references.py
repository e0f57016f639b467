"""References in an answer's text, filled in from the results by trusted code.

The composer writes ``{{r1.late_share[carrier=F9] | pct1}}``; the grammar stands in
``reference_syntax``. Filled text is never read for references again, so a cell
that says ``{{r1.x}}`` stays those letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..protocol.answer import FilledText, NumberStatus, NumberTrace
from ..protocol.dna import DataDna
from .bare_numbers import trace_bare_numbers
from .escape import markdown_code, markdown_text, one_line, visible
from .numbers import FORMATS, NO_VALUE, FormatMismatch, default
from .reference_syntax import Reference, SyntaxProblem, parse
from .reference_values import Results, Value, evaluate
from .suggest import Unresolved, pick
from .template import LONGEST_TEMPLATE, Piece, TemplateReader

if TYPE_CHECKING:
    import pyarrow as pa

#: A text cell put into prose is cut here.
LONGEST_CELL = 200
#: Most references of one answer that are looked up: each may search a million rows.
MOST_REFERENCES = 1_000


def fill(
    template: str,
    tables: Mapping[str, pa.Table],
    dna: DataDna | None,
    *,
    known: str = "",
    show_keys: bool = False,
) -> FilledText:
    """The template with its references filled in and its bare numbers looked up.

    ``known`` is what else numbers may come from: the question and the code that
    ran. References that name nothing stand marked as ``⟨r1.x?⟩``. ``show_keys``
    lets ``problems`` quote cells (the keys that are present): only where result rows
    may leave the kernel, since what it says goes back to the model.
    """
    results = Results(tables, dna, show_keys)
    reader = TemplateReader()
    pieces = [*reader.feed(template), *reader.close()]
    text, traces = _Filler(results).join(pieces)
    bare = trace_bare_numbers(text, traces, results, known)
    ordered = sorted([*traces, *bare], key=lambda trace: trace.start)
    read = visible(template[:LONGEST_TEMPLATE])
    return FilledText(template=read, text=text, numbers=tuple(ordered))


def problems(filled: FilledText) -> list[str]:
    """What is wrong with each reference that names nothing, for who wrote it."""
    bad = [n for n in filled.numbers if n.status is NumberStatus.BAD_REFERENCE]
    return list(dict.fromkeys(f"{{{{{n.reference}}}}}: {n.source}" for n in bad))


class FillStream:
    """Fills references while the text arrives; for live display.

    What ``feed`` and ``close`` return, put together, is what ``fill`` gives for
    the whole, however the text was split.
    """

    def __init__(self, tables: Mapping[str, pa.Table], dna: DataDna | None = None) -> None:
        self._filler = _Filler(Results(tables, dna))
        self._reader = TemplateReader()

    def feed(self, delta: str) -> str:
        """The text that is certain by now; an unfinished reference is held back."""
        return self._filler.join(self._reader.feed(delta))[0]

    def close(self) -> str:
        """What was held back."""
        return self._filler.join(self._reader.close())[0]


fill_stream = FillStream


class _Filler:
    """Puts pieces together; counts the references of an answer over all its parts."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._left = MOST_REFERENCES

    def join(self, pieces: Iterable[Piece]) -> tuple[str, list[NumberTrace]]:
        """The text, and a trace for each reference; places count from this text's start."""
        parts: list[str] = []
        traces: list[NumberTrace] = []
        at = 0
        for piece in pieces:
            if piece.reference is None:
                parts.append(piece.text)
            else:
                trace = self._fill(piece, at)
                traces.append(trace)
                parts.append(trace.text)
            at += len(parts[-1])
        return "".join(parts), traces

    def _fill(self, piece: Piece, at: int) -> NumberTrace:
        self._left -= 1
        if self._left >= 0:
            return _fill_one(piece, at, self._results)
        return _trace(piece, at, _marked(piece), NumberStatus.BAD_REFERENCE, _TOO_MANY)


def _fill_one(piece: Piece, at: int, results: Results) -> NumberTrace:
    try:
        reference = parse(_expression(piece))
        value = evaluate(reference.expression, results)
        text = _written(reference, value, piece.in_code)
        return _trace(piece, at, text, NumberStatus.REFERENCE, value.source)
    except OverflowError:
        source = _TOO_LARGE
    except (SyntaxProblem, Unresolved, FormatMismatch) as problem:
        source = _sentence(str(problem))
    return _trace(piece, at, _marked(piece), NumberStatus.BAD_REFERENCE, source)


_TOO_LARGE = "the number is too large to be written."
_TOO_MANY = f"an answer has at most {MOST_REFERENCES:,} references."


def _expression(piece: Piece) -> str:
    return (piece.reference or "").strip()


def _trace(piece: Piece, at: int, text: str, status: NumberStatus, source: str) -> NumberTrace:
    return NumberTrace(
        start=at,
        end=at + len(text),
        text=text,
        status=status,
        source=source,
        reference=_expression(piece),
    )


def _marked(piece: Piece) -> str:
    escape = markdown_code if piece.in_code else markdown_text
    return f"⟨{escape(one_line(_expression(piece), 60))}?⟩"


def _sentence(problem: str) -> str:
    return problem + ("" if problem[-1:] in ".?" else ".")


def _written(reference: Reference, value: Value, in_code: bool) -> str:
    if isinstance(value.value, str) and reference.format in ("", "raw"):
        cell = one_line(value.value, LONGEST_CELL)
        return markdown_code(cell) if in_code else markdown_text(cell) or '""'
    text = _format(reference.format, value)
    if not isinstance(value.value, int | float):
        text = markdown_code(text) if in_code else markdown_text(text)
    return f"~{text}" if value.approximate and text != NO_VALUE else text


def _format(name: str, value: Value) -> str:
    if not name:
        return default(value.value, value.column)
    known = pick(name, list(FORMATS))
    if known is None:
        raise Unresolved.unknown(name, "format", list(FORMATS))
    return FORMATS[known](value.value)
