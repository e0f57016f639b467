"""What the Data DNA itself says: of everything, of a frame, of a column."""

from __future__ import annotations

from ....protocol.dna import ColumnProfile, DataDna, FrameProfile, Kind
from ..intent import Describe, Focus
from . import references as ref
from . import words
from .scope import profile_of
from .telling import Told

#: Columns and frames that are named one by one.
_NAMED = 12
_KINDS = {
    Kind.INTEGER: "whole numbers",
    Kind.NUMBER: "numbers",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "dates",
    Kind.DATETIME: "points in time",
    Kind.TIME: "times of day",
    Kind.DURATION: "durations",
    Kind.CATEGORY: "categories",
    Kind.TEXT: "text",
    Kind.ID: "ids, each value its own",
    Kind.OTHER: "nested or other values",
}


def tell_description(intent: Describe, dna: DataDna) -> Told:
    """The description that was asked for."""
    if intent.frame is None:
        if intent.focus is Focus.MISSING:
            return _missing(dna.frames)
        return _everything(dna)
    frame = profile_of(dna, intent.frame)
    if intent.column is not None:
        column = frame.column(intent.column)
        return _column(frame, column) if column else _frame(frame, dna)
    if intent.focus is Focus.MISSING:
        return _missing((frame,))
    return _columns(frame) if intent.focus is Focus.COLUMNS else _frame(frame, dna)


def _everything(dna: DataDna) -> Told:
    if len(dna.frames) == 1:
        return _frame(dna.frames[0], dna)
    lines = [f"- {words.code(f.name)}: {_size(f)}" for f in dna.frames[:_NAMED]]
    rest = len(dna.frames) - _NAMED
    lines += [f"- and {words.counted(rest)} more"] if rest > 0 else []
    names = words.join([words.code(f.name) for f in dna.frames[:_NAMED]])
    lead = f"There are {words.counted(len(dna.frames))} frames: {names}."
    if rest > 0:
        lead = f"There are {words.counted(len(dna.frames))} frames, among them {names}."
    return Told(lead, ("\n".join(lines), *_joins(dna, None), *_gaps(dna.frames)))


def _size(frame: FrameProfile) -> str:
    if not ref.referable(frame.name):
        return f"{frame.rows:,} rows, {len(frame.columns):,} columns"
    rows, columns = ref.dna_size(frame.name, "rows"), ref.dna_size(frame.name, "columns")
    row = "row" if frame.rows == 1 else "rows"
    return f"{rows} {row}, {columns} {'column' if len(frame.columns) == 1 else 'columns'}"


def _joins(dna: DataDna, frame: str | None) -> tuple[str, ...]:
    """Which frames belong together; only joins that double no row."""
    fitting = [
        f"{words.code(f'{j.left_frame}.{j.left_column}')} with "
        f"{words.code(f'{j.right_frame}.{j.right_column}')}"
        for j in dna.joins
        if j.right_unique and frame in (None, j.left_frame, j.right_frame)
    ]
    return (f"They can be joined: {words.join(fitting[:_NAMED])}.",) if fitting else ()


def _gaps(frames: tuple[FrameProfile, ...]) -> tuple[str, ...]:
    """The columns with most values missing."""
    gaps = [(c.nulls / f.rows, f, c) for f in frames if f.rows for c in f.columns if c.nulls]
    worst = sorted(gaps, key=lambda gap: (-gap[0], gap[1].name, gap[2].name))[:3]
    if not worst:
        return ("No value is missing.",)
    several = len(frames) > 1
    named = [
        f"{words.code(f'{f.name}.{c.name}' if several else c.name)} ({_share(f, c)})"
        for _, f, c in worst
    ]
    return (f"Missing most often: {words.join(named)}.",)


def _share(frame: FrameProfile, column: ColumnProfile) -> str:
    return _figure(frame, column, "null_share", "pct1")


def _figure(frame: FrameProfile, column: ColumnProfile, figure: str, form: str = "") -> str:
    """A figure by reference; where no reference can hold the names, in words that hold none."""
    if ref.referable(frame.name) and ref.referable(column.name):
        return ref.dna(frame.name, column.name, figure, form)
    return "see the Data DNA"


def _frame(frame: FrameProfile, dna: DataDna) -> Told:
    lead = f"{words.code(frame.name)} has {_size(frame)}."
    lines = [line for line in (_numbers(frame), _moments(frame), _categories(frame)) if line]
    blocks = ["\n".join(lines)] if lines else []
    joins = _joins(dna, frame.name)
    return Told(lead, (*blocks, *joins, *(_gaps((frame,)) if frame.rows else ())))


def _numbers(frame: FrameProfile) -> str:
    named = [c for c in frame.columns if c.kind.numeric and c.minimum is not None]
    parts = [
        f"{words.code(c.name)} ({_figure(frame, c, 'minimum')} to {_figure(frame, c, 'maximum')})"
        for c in named[:_NAMED]
    ]
    return f"- Numbers: {_listed(parts, len(named))}" if parts else ""


def _moments(frame: FrameProfile) -> str:
    named = [c for c in frame.columns if c.kind.temporal or c.date_format]
    parts = []
    for c in named[:_NAMED]:
        ends = f"{_figure(frame, c, 'minimum')} to {_figure(frame, c, 'maximum')}"
        known = c.minimum is not None and c.maximum is not None
        parts.append(f"{words.code(c.name)} ({ends})" if known else words.code(c.name))
    return f"- Dates: {_listed(parts, len(named))}" if parts else ""


def _categories(frame: FrameProfile) -> str:
    kinds = (Kind.CATEGORY, Kind.BOOLEAN, Kind.TEXT, Kind.ID)
    named = [c for c in frame.columns if c.kind in kinds and not c.date_format]
    parts = []
    for c in named[:_NAMED]:
        distinct = f" ({_figure(frame, c, 'distinct')} distinct)" if c.distinct is not None else ""
        parts.append(f"{words.code(c.name)}{distinct}")
    return f"- Text and categories: {_listed(parts, len(named))}" if parts else ""


def _listed(parts: list[str], total: int) -> str:
    rest = total - len(parts)
    return words.join([*parts, f"{words.counted(rest)} more"] if rest else parts)


def _columns(frame: FrameProfile) -> Told:
    lead = f"{words.code(frame.name)} has {_size(frame)}."
    shown = frame.columns[:40]
    lines = [f"- {words.code(c.name)}: {_kind(c)}{_missing_part(frame, c)}" for c in shown]
    rest = len(frame.columns) - len(shown)
    lines += [f"- and {words.counted(rest)} more"] if rest else []
    return Told(lead, ("\n".join(lines),))


def _kind(column: ColumnProfile) -> str:
    return "dates as text" if column.date_format else _KINDS[column.kind]


def _missing_part(frame: FrameProfile, column: ColumnProfile) -> str:
    return f", {_figure(frame, column, 'nulls', 'int')} missing" if column.nulls else ""


def _missing(frames: tuple[FrameProfile, ...]) -> Told:
    """Each column with missing values, most first."""
    gaps = [(c.nulls / f.rows, f, c) for f in frames if f.rows for c in f.columns if c.nulls]
    gaps.sort(key=lambda gap: (-gap[0], gap[1].name, gap[2].name))
    where = words.join([words.code(f.name) for f in frames[:_NAMED]])
    if not gaps:
        return Told(f"No value is missing in {where}.")
    several = len(frames) > 1
    lines = []
    for _, frame, column in gaps[:30]:
        name = words.code(f"{frame.name}.{column.name}" if several else column.name)
        count = _figure(frame, column, "nulls", "int")
        lines.append(f"- {name}: {count} ({_share(frame, column)})")
    if len(gaps) > 30:
        lines.append(f"- and {words.counted(len(gaps) - 30)} more")
    noun = (
        "One column has"
        if len(gaps) == 1
        else f"{words.counted(len(gaps)).capitalize()} columns have"
    )
    return Told(f"{noun} missing values in {where}.", ("\n".join(lines),))


def _column(frame: FrameProfile, column: ColumnProfile) -> Told:
    name = words.code(column.name)
    lead = f"{name} of {words.code(frame.name)} holds {_kind(column)}."
    more = [*_values(column)]
    if column.minimum is not None and (column.kind.numeric or column.kind.temporal):
        ends = f"{_figure(frame, column, 'minimum')} to {_figure(frame, column, 'maximum')}"
        more.append(f"The values run from {ends}.")
    if column.mean is not None and column.std is not None:
        mean, std = _figure(frame, column, "mean"), _figure(frame, column, "std")
        more.append(f"The mean is {mean} with a standard deviation of {std}.")
    if column.distinct is not None:
        more.append(f"The number of distinct values is {_figure(frame, column, 'distinct')}.")
    if column.nulls:
        count = _figure(frame, column, "nulls", "int")
        more.append(f"Missing: {count} ({_share(frame, column)}).")
    else:
        more.append("No value is missing.")
    return Told(lead, tuple(more))


def _values(column: ColumnProfile) -> tuple[str, ...]:
    """The values of a column with few."""
    if column.kind not in (Kind.CATEGORY, Kind.BOOLEAN) or not column.values:
        return ()
    shown = [words.value(v) for v in column.values[:_NAMED] if v is not None]
    rest = len(column.values) - len(shown)
    listed = words.join([*shown, f"{words.counted(rest)} more"] if rest > 0 else shown)
    return (f"Its values are {listed}.",)
