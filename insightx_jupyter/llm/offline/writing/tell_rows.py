"""Rows, values and correlations in words."""

from __future__ import annotations

from ....protocol.dna import ColumnProfile, Kind
from ..intent import Correlation, Func, Measure, Rows, Values
from . import references as ref
from . import words
from .correlation import correlated_columns
from .scope import profile_of
from .telling import Telling, Told, missing_note, narrowed

#: Rows that are named one by one.
_NAMED = 5
_TEXTS = (Kind.TEXT, Kind.CATEGORY)


def tell_rows(intent: Rows, t: Telling) -> Told:
    """What the first row is, and how many there are."""
    among = f"rows of {words.code(t.frame)}{narrowed(intent.where)}"
    if t.rows == 0:
        return Told(f"There are no {among}.")
    if intent.by is None:
        return _tell_matching(intent, t, among)
    return _tell_extreme(intent, t, among)


def _tell_matching(intent: Rows, t: Telling, among: str) -> Told:
    """Rows in the frame's own order."""
    if t.sheet.n is None:
        total = ref.dna_size(t.frame, "rows") if ref.referable(t.frame) else "more"
        return Told(f"These are the first {ref.rows(t.name)} of {total} {among}.")
    matches = t.cell(t.sheet.n, 0, "int")
    shown = f"The table shows the first {ref.rows(t.name)}, in the order of the frame."
    if t.rows is not None and t.rows < intent.limit:
        shown = "The table shows all of them, in the order of the frame."
    named = intent.show and all(ref.referable(col.column) for col in intent.show)
    if named and t.rows is not None and t.rows <= _NAMED:
        return _tell_cells(intent, t, t.rows)
    shown = f"{_which(t)}{shown}"
    if intent.where is None or not ref.referable(t.frame):
        return Told(f"The number of {among} is {matches}.", (shown,))
    total = ref.dna_size(t.frame, "rows")
    clause = words.condition(intent.where)
    return Told(f"{clause} in {matches} of all {total} rows of {words.code(t.frame)}.", (shown,))


def _tell_cells(intent: Rows, t: Telling, count: int) -> Told:
    """What stands in the column that was asked for, in the rows that the key names."""
    key, column = intent.show[0].column, intent.show[-1].column
    form = t.form(Measure(Func.MAX, intent.show[-1]))
    cells = [f"{t.cell(column, row, form)} for {t.cell(key, row)}" for row in range(count)]
    return Told(f"{words.column(intent.show[-1])} is {words.join(cells)}.")


def _which(t: Telling) -> str:
    """A few rows by name, where each has its own."""
    main = profile_of(t.dna, t.frame)
    own = [
        c.name
        for c in main.columns
        if (c.kind is Kind.ID or (c.kind in _TEXTS and c.distinct == main.rows)) and not c.nulls
    ]
    names = sorted((n for n in own if ref.referable(n)), key=lambda n: "name" not in n.casefold())
    if not names or not t.rows or t.rows > _NAMED:
        return ""
    listed = words.join([t.cell(names[0], row) for row in range(t.rows)])
    return f"By {words.code(names[0])}: {listed}. "


def _tell_extreme(intent: Rows, t: Telling, among: str) -> Told:
    assert intent.by is not None, "asked only where there is one"  # noqa: S101
    end = "highest" if intent.descending else "lowest"
    by = words.column(intent.by)
    where = f", among the {among}" if intent.where is not None else ""
    if not ref.referable(t.sheet.groups[-1]):
        return Told(f"The rows with the {end} {by} are shown{where}.", _rows_notes(intent, t))
    form = t.form(Measure(Func.MAX, intent.by))
    best = t.cell(t.sheet.groups[-1], 0, form)
    named = _identity(intent, t)
    lead = f"The {end} {by} is {best}{f' ({named})' if named else ''}{where}."
    notes = list(_rows_notes(intent, t))
    if t.rows is not None and t.rows > intent.limit:
        equal = "all with that value" if intent.limit == 1 else "equal values are kept"
        notes.insert(0, f"There are {ref.rows(t.name)} such rows: {equal}.")
    elif t.rows is not None and t.rows > 1:
        last = t.cell(t.sheet.groups[-1], -1, form)
        notes.insert(0, f"The last of the {ref.rows(t.name)} rows shown has {last}.")
    return Told(lead, tuple(notes))


def _rows_notes(intent: Rows, t: Telling) -> tuple[str, ...]:
    assert intent.by is not None, "asked only where there is one"  # noqa: S101
    return missing_note(t.dna, intent.by, "are not ranked", intent.where)


def _identity(intent: Rows, t: Telling) -> str:
    """The cell that says best which row it is; nothing where several rows share the lead."""
    if intent.limit == 1 and t.rows != 1:
        return ""
    shown = [n for n in t.sheet.groups[:-1] if ref.referable(n)]
    if shown:
        return t.cell(shown[0], 0)
    main = profile_of(t.dna, t.frame)
    named = [c.name for c in main.columns if c.kind is Kind.ID and ref.referable(c.name)]
    texts = [c.name for c in main.columns if _reads_as_name(c.name, c.kind)]
    choice = [*texts, *named]
    if not choice:
        days = [c for c in main.columns if _tells_rows(c, main.rows) and ref.referable(c.name)]
        return f"{words.code(days[0].name)} {t.cell(days[0].name, 0)}" if days else ""
    return f"{words.code(choice[0])} {t.cell(choice[0], 0)}"


def _tells_rows(column: ColumnProfile, rows: int) -> bool:
    """Whether each row has a point in time of its own."""
    own = column.distinct == rows and column.distinct_exact and not column.nulls
    return own and bool(column.kind.temporal or column.date_format)


def _reads_as_name(name: str, kind: Kind) -> bool:
    return "name" in name.casefold() and kind in (Kind.ID, Kind.TEXT, Kind.CATEGORY)


def tell_values(intent: Values, t: Telling) -> Told:
    """How many distinct values there are, and the most frequent."""
    name, (n, share) = t.sheet.groups[0], t.sheet.measures
    col = words.column(intent.col)
    among = f" among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    missing = missing_note(t.dna, intent.col, "are not counted", intent.where)
    if t.rows == 0:
        return Told(f"There is no value of {col}{among}.", missing)

    def named(row: int) -> str:
        return f"{t.cell(name, row)} ({t.cell(share, row, 'pct1')}, n = {t.cell(n, row, 'int')})"

    if t.rows == 1 and intent.limit is None:
        return Told(f"The only value of {col}{among} is {named(0)}.", missing)
    total = t.cell(t.sheet.overall or "", 0, "int")
    if intent.limit == 1 and (t.rows or 0) > 1:
        lead = f"{ref.rows(t.name)} values of {col} are equally frequent, first {named(0)}{among}."
        return Told(lead, (f"There are {total} distinct values.", *missing))
    lead = f"The most frequent value of {col} is {named(0)}{among}."
    counted = f"The number of distinct values is {total}."
    if intent.limit is None:
        lead = f"The number of distinct values of {col}{among} is {total}."
        counted = f"The most frequent is {named(0)}."
    rest = [named(row) for row in range(1, min(t.rows or 1, 4))]
    more = [f"Then {'comes' if len(rest) == 1 else 'come'} {words.join(rest)}."] if rest else []
    return Told(lead, (counted, *more, *missing))


def tell_correlation(intent: Correlation, t: Telling) -> Told:
    """One coefficient, or the closest of many."""
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    if intent.y is None:
        return _tell_closest(intent, t, among)
    x, y = words.column(intent.x), words.column(intent.y)
    lead = f"The link between {x} and {y} is {t.cell('strength')}: Pearson's r is "
    lead += f"{t.cell('pearson', None, 'f2')}{among}."
    more = (
        f"Spearman's rank correlation is {t.cell('spearman', None, 'f2')}; a straight line would "
        f"account for {t.cell('r_squared', None, 'pct0')} of the variance.",
        f"It rests on the {t.cell('n', None, 'int')} rows where both are known.",
        "A correlation does not say what causes what.",
    )
    sizes = "link: by the size of Pearson's r, with the limits of Cohen (negligible, weak, "
    return Told(lead, more, (f"{sizes}moderate, strong)",))


def _tell_closest(intent: Correlation, t: Telling, among: str) -> Told:
    x = words.column(intent.x)
    if t.rows == 0 or not correlated_columns(intent, t.dna):
        return Told(f"There is no other numeric column to compare {x} with{among}.")

    def named(row: int) -> str:
        return f"{t.cell('column_name', row)} (r = {t.cell('pearson', row, 'f2')})"

    lead = f"{t.cell('column_name', 0)} goes most closely with {x}: Pearson's r is "
    lead += f"{t.cell('pearson', 0, 'f2')}{among}."
    rest = [named(row) for row in range(1, min(t.rows or 1, 4))]
    more = [f"Then {'comes' if len(rest) == 1 else 'come'} {words.join(rest)}."] if rest else []
    more.append("A correlation does not say what causes what.")
    read = "correlates: Pearson's r with each other numeric column of the frame, largest first"
    return Told(lead, tuple(more), (read,))
