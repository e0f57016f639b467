"""Aggregates and changes in words."""

from __future__ import annotations

from ..intent import Aggregate, Change, Func, Measure, Order
from . import references as ref
from . import words
from .aggregate import aggregate_order
from .telling import Telling, Told, may_miss, missing_note, narrowed

#: Rows that the lead names one by one.
_NAMED = 5
_ROWS = Measure(Func.COUNT)
_SUMMED = (Func.COUNT, Func.SUM)


def tell_aggregate(intent: Aggregate, t: Telling) -> Told:
    """One value, or groups compared."""
    if not intent.groups:
        return _tell_one(intent, t)
    if t.rows == 0:
        return _tell_none(intent, t)
    if intent.having is not None and t.rows is not None:
        lead, more = _tell_having(intent, t, t.rows)
        return Told(lead, (*more, *_missing(intent, t)))
    order = aggregate_order(intent, t.dna)
    by_measure = order is not None and order.measure is not None
    tell = _tell_ranked if by_measure else _tell_along
    lead, more = tell(intent, t, order or Order(0))
    beside = (*_baseline(intent, t, by_measure), *_others(intent, t))
    return Told(lead, (*more, *beside, *_missing(intent, t)))


def _others(intent: Aggregate, t: Telling) -> list[str]:
    """The measures beside the first: from where to where they run."""
    if t.rows is None or t.rows < 2:
        return []
    told = []
    for measure, alias in list(zip(intent.measures, t.sheet.measures, strict=True))[1:]:
        low, high = (ref.braces(f"{f}({t.name}.{alias})", t.form(measure)) for f in ("min", "max"))
        told.append(f"The {t.noun(measure)} runs from {low} to {high}.")
    return told


def _tell_none(intent: Aggregate, t: Telling) -> Told:
    what = f"rows of {words.code(t.frame)}{narrowed(intent.where)}"
    if intent.having is None:
        return Told(f"There are no groups to compare among the {what}.", _missing(intent, t))
    keys = words.join([words.column(g.col) for g in intent.groups])
    return Told(f"No {keys} has {_having(intent)}, among the {what}.", _missing(intent, t))


def _having(intent: Aggregate) -> str:
    assert intent.having is not None, "asked only where there is one"  # noqa: S101
    index, op, bound = intent.having
    if intent.measures[index] == _ROWS:
        return words.counted_rows(op, bound)
    sign = words.comparison(op)
    return f"a {words.measure(intent.measures[index], intent.frame)} {sign} {bound:g}"


def _tell_having(intent: Aggregate, t: Telling, count: int) -> tuple[str, list[str]]:
    """The groups that pass a bound."""
    assert intent.having is not None, "asked only where there is one"  # noqa: S101
    index = intent.having[0]
    measure = intent.measures[index]
    named = [
        f"{t.label(intent.groups, row)} ({t.value(measure, index, row)})"
        for row in range(min(count, _NAMED))
    ]
    named += ["others, shown in the table"] if count > _NAMED else []
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    if count == 1:
        return f"Only {named[0]} has {_having(intent)}{among}.", []
    groups = " and ".join(words.column(g.col) for g in intent.groups)
    lead = f"{ref.rows(t.name)} groups by {groups} have {_having(intent)}{among}."
    return lead, [f"They are {words.join(named)}."]


def _tell_one(intent: Aggregate, t: Telling) -> Told:
    measures = intent.measures
    values = [f"the {t.noun(m)} is {t.value(m, i)}" for i, m in enumerate(measures)]
    text = words.join(values)
    if measures == (_ROWS,):
        return Told(_counted(intent, t), _missing(intent, t))
    if len(measures) == 1 and measures[0].func is Func.SHARE and measures[0].where is not None:
        share = t.value(measures[0], 0)
        text = f"{words.condition(measures[0].where)} in {share} of the rows"
        text += f"{narrowed(intent.where)}"
    elif intent.where is not None:
        text = f"among the rows{narrowed(intent.where)}, {text}"
    lead = text + "."
    return Told(lead, (*_one_baseline(intent, t), *_missing(intent, t)))


def _counted(intent: Aggregate, t: Telling) -> str:
    """How many rows there are, or hold a condition, and what part of all that is."""
    rows, frame = t.value(_ROWS, 0), words.code(t.frame)
    if intent.where is None:
        profile = t.dna.frame(t.frame)
        return f"{frame} has {rows} {'row' if profile and profile.rows == 1 else 'rows'}."
    if t.sheet.overall is None or not _has_rows(t):
        return f"The number of rows of {frame}{narrowed(intent.where)} is {rows}."
    overall = t.cell(t.sheet.overall, None, "int")
    share = ref.braces(f"{t.name}.{t.sheet.measures[0]} / {t.name}.{t.sheet.overall}", "pct1")
    clause = words.condition(intent.where)
    return f"{clause} in {rows} of all {overall} rows of {frame} ({share})."


def _one_baseline(intent: Aggregate, t: Telling) -> tuple[str, ...]:
    """The same over all rows, and how many rows it rests on."""
    first, sheet = intent.measures[0], t.sheet
    rests = (f"{_basis(intent)} {t.cell(sheet.n, None, 'int')}.",) if sheet.n else ()
    if sheet.overall is None:
        return rests
    overall = t.cell(sheet.overall, None, t.form(first))
    noun = "it" if len(intent.measures) == 1 else f"the {t.noun(first)}"
    return (f"Over all rows of {words.code(t.frame)} {noun} is {overall}.", *rests)


def _has_rows(t: Telling) -> bool:
    frame = t.dna.frame(t.frame)
    return frame is not None and frame.rows > 0


def _basis(intent: Aggregate) -> str:
    first = intent.measures[0]
    same = all(m.col == first.col for m in intent.measures)
    rows = first.func in (Func.SHARE, Func.DISTINCT, Func.NULLS)
    if rows or first.col is None or not same:
        return "Rows behind it:"
    return "Known values behind it:"


def _tell_ranked(intent: Aggregate, t: Telling, order: Order) -> tuple[str, list[str]]:
    """Groups ordered by a measure."""
    index = order.measure or 0
    measure = intent.measures[index]
    noun = t.noun(measure)
    ends = ("highest", "lowest") if order.descending else ("lowest", "highest")
    most = _superlative(measure, t, ends[0])
    first = f"{t.label(intent.groups, 0)} has {most}, {t.value(measure, index, 0)}"
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    if t.rows == 1 or t.rows is None:
        only = intent.limit is None and intent.having is None and t.rows == 1
        label, value = t.label(intent.groups, 0), t.value(measure, index, 0)
        alone = f"{label} is the only group; its {noun} is {value}"
        return f"{alone if only else first}{among}.", []
    if intent.limit == 1:
        return f"{_tied(intent, t, index, ends[0], t.rows)}{among}.", []
    ties = t.shape.ties(t.sheet.measures[index]) if t.shape else 1
    lead = _tied(intent, t, index, ends[0], ties) if ties > 1 else first
    return f"{lead}{among}.", _runners_up(intent, t, index, ends, ties)


def _superlative(measure: Measure, t: Telling, end: str) -> str:
    if measure == _ROWS:
        return "the most rows" if end == "highest" else "the fewest rows"
    if (measure.func, end) in ((Func.MAX, "highest"), (Func.MIN, "lowest")) and measure.col:
        column = words.column(measure.col)
        return f"the {t.noun(measure) if t.temporal(measure.col) else f'{end} {column}'}"
    return f"the {end} {t.noun(measure)}"


def _tied(intent: Aggregate, t: Telling, index: int, end: str, count: int) -> str:
    """The first rows are equal."""
    measure = intent.measures[index]
    named = [t.label(intent.groups, row) for row in range(min(count, _NAMED))]
    named += ["others"] if count > _NAMED else []
    most = _superlative(measure, t, end)
    return f"{words.join(named)} share {most}, {t.value(measure, index, 0)}"


def _runners_up(
    intent: Aggregate, t: Telling, index: int, ends: tuple[str, str], ties: int
) -> list[str]:
    measure, count = intent.measures[index], t.rows or 0
    named = [
        f"{t.label(intent.groups, row)} ({t.value(measure, index, row)})"
        for row in range(ties, min(count, _NAMED if intent.limit else ties + 2))
    ]
    follow = "comes" if len(named) == 1 else "come"
    more = [f"Then {follow} {words.join(named)}."] if named else []
    if intent.limit is not None:
        if count > intent.limit:
            more.append(f"Equal values are kept, so there are {ref.rows(t.name)} rows.")
        return more
    if count > len(named) + ties and not _may_be_null(intent, t, index):
        last = f"{t.label(intent.groups, -1)} ({t.value(measure, index, -1)})"
        least = {"highest": "most", "lowest": "fewest"}[ends[1]] if measure == _ROWS else ends[1]
        more.append(f"Of the {ref.rows(t.name)} groups {last} has the {least}.")
    return more


def _may_be_null(intent: Aggregate, t: Telling, index: int) -> bool:
    """Whether a group may have no value of the measure."""
    measure = intent.measures[index]
    if measure.func in (Func.STD, Func.VARIANCE):
        return True
    counts = measure.func in (Func.COUNT, Func.DISTINCT, Func.NULLS)
    if counts or measure.col is None:
        return False
    return measure.where is not None or may_miss(t.dna, measure.col)


def _tell_along(intent: Aggregate, t: Telling, order: Order) -> tuple[str, list[str]]:
    """Groups in their own order: the calendar, or by more than one key."""
    measure, sheet = intent.measures[0], t.sheet
    noun = t.noun(measure)
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    if t.rows == 1:
        label, only = t.label(intent.groups, 0), t.value(measure, 0, 0)
        return f"{label} is the only group; its {noun} is {only}{among}.", []
    if intent.limit is not None or sheet.place is None:
        first = f"{t.label(intent.groups, 0)} ({t.value(measure, 0, 0)})"
        last = f"{t.label(intent.groups, -1)} ({t.value(measure, 0, -1)})"
        return f"The {noun} by group, from {first} to {last}{among}.", []
    top = f"{sheet.place}=1"
    lead = f"The {noun} is highest for {t.label(intent.groups, top)}, {t.value(measure, 0, top)}"
    more = []
    if t.rows is not None and not _may_be_null(intent, t, 0):
        low = f"{sheet.place}={t.rows}"
        last = f"{t.label(intent.groups, low)}, {t.value(measure, 0, low)}"
        more.append(f"It is lowest for {last}; there are {ref.rows(t.name)} groups.")
    else:
        least = ref.braces(f"min({t.name}.{sheet.measures[0]})", t.form(measure))
        more.append(f"The lowest of the {ref.rows(t.name)} groups is {least}.")
    return f"{lead}{among}.", more


def _baseline(intent: Aggregate, t: Telling, by_measure: bool) -> tuple[str, ...]:
    first, overall = intent.measures[0], t.sheet.overall
    if overall is None:
        return ()
    whole = t.cell(overall, 0, t.form(first))
    if first.func in _SUMMED and by_measure:
        share = ref.braces(f"{t.name}.{t.sheet.measures[0]}[0] / {t.name}.{overall}[0]", "pct1")
        # A sum may be of values below zero, or of none: a share of it would mislead.
        if first == _ROWS:
            return (f"All groups together have {whole} rows; the first has {share} of them.",)
    if first.func in _SUMMED:
        return (f"All groups together have {whole}{' rows' if first == _ROWS else ''}.",)
    return (f"Over all groups it is {whole}.",)


def _missing(intent: Aggregate, t: Telling) -> tuple[str, ...]:
    """What was left out because it is missing."""
    notes: list[str] = []
    for group in intent.groups:
        whole = any(m.func is Func.SHARE_OF_TOTAL for m in intent.measures)
        what = "are in no group, but are part of the whole" if whole else "are in no group"
        notes += missing_note(t.dna, group.col, what, intent.where)
    funcs = [m.func for m in intent.measures]
    cols = [m.col for m in intent.measures if m.col is not None and m.func is not Func.NULLS]
    for col in dict.fromkeys(cols):
        if col not in [g.col for g in intent.groups] and funcs:
            notes += missing_note(t.dna, col, "do not count", intent.where)
    for measure in intent.measures:
        if measure.func is Func.SHARE and measure.where is not None:
            for col in dict.fromkeys(words.compared(measure.where)):
                what = "count as not meeting the condition"
                notes += missing_note(t.dna, col, what, intent.where)
    return tuple(dict.fromkeys(notes))


def tell_change(intent: Change, t: Telling) -> Told:
    """From the first period to the last, and the largest step between."""
    noun = t.noun(intent.measure)
    among = f", among the rows{narrowed(intent.where)}" if intent.where is not None else ""
    groups = (intent.by,)
    missing = missing_note(t.dna, intent.by.col, "are in no period", intent.where)
    if intent.measure.col is not None:
        missing += missing_note(t.dna, intent.measure.col, "do not count", intent.where)
    if t.rows == 0:
        return Told(
            f"There is no period to compare among the rows{narrowed(intent.where)}.", missing
        )
    first = f"{t.value(intent.measure, 0, 0)} for {t.label(groups, 0)}"
    if t.rows == 1:
        return Told(f"There is one period only: the {noun} is {first}{among}.", missing)
    last = f"{t.value(intent.measure, 0, -1)} for {t.label(groups, -1)}"
    form = "pct1" if intent.relative else t.form(intent.measure)
    change, top = t.sheet.change or "", f"{t.sheet.place}=1"
    step = f"{t.cell(change, top, form)} for {t.label(groups, top)}"
    least = ref.braces(f"min({t.name}.{change})", form)
    more = f"From one period to the next the change is highest at {step}; the lowest is {least}."
    if t.rows == 2:
        more = f"That is a change of {t.cell(change, -1, form)}."
    gaps = "periods: a period without rows is passed over, the next is compared with the one before"
    return Told(f"The {noun} goes from {first} to {last}{among}.", (more, *missing), (gaps,))
