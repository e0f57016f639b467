"""Questions in English, read, written as SQL or Python, run, and compared with pandas.

Precision first: every answer that is given is right; what is not read says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from offline_questions import QUESTIONS, Figures, First, InColumn, Says

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.llm.offline.intent import Describe
from insightx_jupyter.llm.offline.reading import Unread, read
from insightx_jupyter.llm.offline.writing.sql import sheet_for


@pytest.fixture(scope="session")
def profiled(flights_whole, penguins, cars, weather, stocks, science):
    """The sets with the DNA that the product itself takes."""
    sets = {
        "flights": flights_whole,
        "penguins": penguins,
        "cars": cars,
        "weather": weather,
        "stocks": stocks,
        "science": science,
    }
    return {
        name: type(d)(d.frames, Catalog().view(d.frames).read_dna()) for name, d in sets.items()
    }


def equal(found: object, wanted: object) -> bool:
    if isinstance(wanted, pd.Timestamp):
        return pd.Timestamp(found) == wanted
    if pd.isna(wanted):
        return pd.isna(found)
    if isinstance(wanted, int | float | np.number):
        return float(found) == pytest.approx(float(wanted), rel=1e-9)
    return found == wanted


def plain_key(key: object) -> object:
    """One spelling of dates and numbers, so that keys of two libraries compare."""
    if isinstance(key, tuple):
        return tuple(plain_key(k) for k in key)
    if isinstance(key, int | float | np.number):
        return float(key)
    if isinstance(key, str):
        return key
    return pd.Timestamp(key)


def check(ran, sheet, wanted: object) -> None:
    """The result holds what pandas says."""
    name = next(n for n in sorted(ran.tables, reverse=True) if "_" not in n)
    table = ran.tables[name].to_pandas()
    if isinstance(wanted, Figures):
        assert len(table) == 1
        for key, figure in wanted.items():
            assert equal(table[key][0], figure), (key, table[key][0], figure)
    elif isinstance(wanted, InColumn):
        assert table[wanted.column].tolist() == pytest.approx(wanted.values)
    elif isinstance(wanted, dict | pd.Series):
        keys = table[list(sheet.groups)].itertuples(index=False, name=None)
        keys = [plain_key(k if len(k) > 1 else k[0]) for k in keys]
        values = dict(zip(keys, table[sheet.measures[0]], strict=True))
        expected = {plain_key(k): v for k, v in dict(wanted).items()}
        if isinstance(wanted, First):
            values = dict(list(values.items())[: len(expected)])
        assert set(values) == set(expected)
        assert all(equal(values[k], v) for k, v in expected.items())
    else:
        assert len(table) == 1
        assert equal(table[sheet.measures[0]][0], wanted), (table, wanted)


@pytest.mark.parametrize(("set_name", "question", "expected"), QUESTIONS, ids=lambda v: str(v)[:60])
def test_what_is_answered_is_right(profiled, run_intent, set_name, question, expected):
    data = profiled[set_name]
    reading = read(question, data.dna)
    wanted = expected(data.frames)
    if isinstance(reading, Unread):
        assert reading.reason
        return
    assert wanted is not None, f"read, though it cannot be answered: {reading.intent}"
    ran = run_intent(data, reading.intent, choices=reading.choices)
    assert ran.wrong == [], ran.template
    assert ran.text.startswith("**")
    if isinstance(wanted, Says):
        assert isinstance(reading.intent, Describe)
        assert all(piece in ran.text for piece in wanted.pieces), ran.text
        return
    check(ran, sheet_for(reading.intent, data.dna), wanted)


def test_most_are_answered(profiled):
    can_be = [(s, q) for s, q, wanted in QUESTIONS if wanted(profiled[s].frames) is not None]
    unread = [q for s, q in can_be if isinstance(read(q, profiled[s].dna), Unread)]
    assert len(can_be) >= 100
    assert len(unread) / len(can_be) <= 0.2, unread


def test_a_wrong_figure_would_be_noticed(profiled, run_intent):
    """Positive control: the comparison fails where the figures differ."""
    data = profiled["penguins"]
    reading = read("How many penguins of each species are there?", data.dna)
    assert not isinstance(reading, Unread)
    ran, sheet = run_intent(data, reading.intent), sheet_for(reading.intent, data.dna)
    counts = data.frames["penguins"].species.value_counts()
    check(ran, sheet, counts)
    with pytest.raises(AssertionError):
        check(ran, sheet, counts + 1)
    with pytest.raises(AssertionError):
        check(ran, sheet, counts.iloc[1:])
