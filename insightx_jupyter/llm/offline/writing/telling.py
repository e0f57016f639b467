"""What all tellers share: the reading, the query's names, the results that came."""

from __future__ import annotations

from dataclasses import dataclass

from ....protocol.dna import DataDna, Kind
from ..intent import All, Col, Compare, Condition, Func, Grain, Group, Measure, Op
from . import references as ref
from . import words
from .decimals import form_of
from .results import ResultShape
from .scope import profile_of
from .sheet import Sheet


@dataclass(frozen=True, slots=True)
class Told:
    """The answer: one sentence that answers, what stands beside it, how it was read."""

    lead: str
    more: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """One result to tell of: ``name`` (``r1``), its size if known, its columns by part."""

    name: str
    shape: ResultShape | None
    sheet: Sheet
    frame: str
    dna: DataDna

    @property
    def rows(self) -> int | None:
        """The number of rows, if known."""
        return None if self.shape is None else self.shape.rows

    def cell(self, column: str, row: str | int | None = None, form: str = "") -> str:
        """A reference to a cell."""
        return ref.cell(self.name, column, row, form)

    def value(self, measure: Measure, index: int, row: str | int | None = None) -> str:
        """A reference to a measure in a row."""
        return self.cell(self.sheet.measures[index], row, self.form(measure))

    def form(self, measure: Measure) -> str:
        """The format of a measure's values."""
        return form_of(measure, self.dna)

    def figure(self, column: str, func: Func, of: Col) -> str:
        """A figure of a column in a result of one row, written as that function's are."""
        return self.cell(column, None, self.form(Measure(func, of)))

    def label(self, groups: tuple[Group, ...], row: str | int) -> str:
        """What a row is about: its group keys, as they read in a sentence."""
        pairs = zip(groups, self.sheet.groups, strict=True)
        return " and ".join(self._key(group, alias, row) for group, alias in pairs)

    def _key(self, group: Group, alias: str, row: str | int) -> str:
        text = self.cell(alias, row)
        match group.grain:
            case Grain.WEEKDAY if self.sheet.weekday:
                return self.cell(self.sheet.weekday, row)
            case Grain.MONTH if self.sheet.month:
                return self.cell(self.sheet.month, row)
            case Grain.MONTH_OF_YEAR:
                return self.cell(alias, row, "month")
            case Grain.QUARTER | Grain.WEEK:
                return f"the {group.grain.value} from {text}"
            case Grain.QUARTER_OF_YEAR | Grain.HOUR:
                return f"{group.grain.value.partition(' ')[0]} {text}"
            case None if self._is_month_number(group.col):
                return self.cell(alias, row, "month")
            case None if self._bare_number(group.col):
                return words.pair(group.col, text)
        return text

    def noun(self, measure: Measure) -> str:
        """A measure after "the": ``mean `delay```, ``latest `hired```."""
        ends = {Func.MAX: "latest", Func.MIN: "earliest"}
        if measure.func in ends and measure.col and self.temporal(measure.col):
            return f"{ends[measure.func]} {words.column(measure.col)}"
        return words.measure(measure, self.frame)

    def temporal(self, col: Col) -> bool:
        """Whether a column holds dates, as text too."""
        profile = profile_of(self.dna, col.frame).column(col.column)
        return bool(col.ymd or (profile and (profile.kind.temporal or profile.date_format)))

    def _is_month_number(self, col: Col) -> bool:
        profile = profile_of(self.dna, col.frame).column(col.column)
        if profile is None or col.ymd or profile.kind is not Kind.INTEGER:
            return False
        low, high = profile.minimum, profile.maximum
        fits = isinstance(low, int) and isinstance(high, int) and low >= 1 and high <= 12
        return profile.name.casefold() == "month" and fits

    def _bare_number(self, col: Col) -> bool:
        profile = profile_of(self.dna, col.frame).column(col.column)
        return profile is not None and not col.ymd and profile.kind in _NUMBERLIKE


_NUMBERLIKE = (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)


def narrowed(where: Condition | None) -> str:
    """The condition after "rows", with a space before it; empty without one."""
    return "" if where is None else f" where {words.condition(where)}"


def may_miss(dna: DataDna, col: Col) -> bool:
    """Whether the column has missing values as it is read here."""
    if col.via is not None:
        return True
    names = col.ymd or (col.column,)
    profiles = [profile_of(dna, col.frame).column(name) for name in names]
    return any(profile is None or profile.nulls > 0 for profile in profiles)


def missing_note(
    dna: DataDna, col: Col, what: str, where: Condition | None = None
) -> tuple[str, ...]:
    """A sentence on a column's missing values, where it has any among the rows in question.

    The Data DNA counts them over the whole frame: no count is told of a part of it.
    """
    if not may_miss(dna, col) or col in _known(where):
        return ()
    if where is not None:
        return (f"Rows among them where {words.column(col)} is missing {what}.",)
    if col.via is not None or col.ymd is not None:
        return (f"Rows where {words.column(col)} is missing {what}.",)
    if not (ref.referable(col.frame) and ref.referable(col.column)):
        return (f"Rows where {words.column(col)} is missing {what}.",)
    count = ref.dna(col.frame, col.column, "nulls", "int")
    rows = ref.dna_size(col.frame, "rows")
    whole = f"{words.column(col)} is missing in {count} of all {rows} rows"
    return (f"{whole} of {words.code(col.frame)}; such rows {what}.",)


def _known(where: Condition | None) -> list[Col]:
    """The columns that rows where the condition holds have a value of."""
    if isinstance(where, All):
        return [col for part in where.parts for col in _known(part)]
    return [where.col] if isinstance(where, Compare) and where.op is not Op.IS_NULL else []
