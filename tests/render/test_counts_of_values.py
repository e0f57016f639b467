"""Counts of single values, from the Data DNA: exact where all rows were counted."""

from __future__ import annotations

import pytest

from insightx_jupyter.protocol.answer import NumberStatus
from insightx_jupyter.protocol.dna import ColumnProfile, DataDna, FrameProfile, Kind, ValueCount
from insightx_jupyter.render.references import FillStream, fill, problems


def column(name: str, exact: bool = True, nulls: int = 0, **top: int) -> ColumnProfile:
    return ColumnProfile(
        name=name,
        source_type="str",
        sql_type="VARCHAR",
        kind=Kind.CATEGORY,
        nulls=nulls,
        distinct=len(top),
        distinct_exact=exact,
        top=tuple(ValueCount(value=v, count=n) for v, n in top.items()),
    )


LONG = "a value that is longer than a digest has room for"
ODD = {"a, b]": 3, 'say "x"': 2, "True": 1, LONG: 4}
NUMBERS = column("level").model_copy(
    update={"top": (ValueCount(value=2.0, count=7), ValueCount(value=True, count=6))}
)
WEATHER = FrameProfile(
    name="weather",
    library="pandas",
    rows=2_000_000,
    sample_rows=100_000,
    columns=(
        column("sky", sun=714, fog=411, Fog=1, drizzle=54),
        column("city", exact=False, nulls=1_000_000, Oslo=1_234),
        column("odd", **ODD),
        NUMBERS,
    ),
)
DNA = DataDna(frames=(WEATHER,))


@pytest.mark.parametrize(
    ("expression", "text", "source"),
    [
        ("dna.weather.sky.count[sun]", "714", "weather.sky, number of sun"),
        ('dna.weather.sky.count["fog"]', "411", "number of fog"),
        ("dna.weather.sky.count[ Sun ]", "714", "number of sun"),
        ("dna.weather.sky.count[sun] - dna.weather.sky.count[fog]", "303", "−"),
        ("dna.weather.sky.count[sun] / dna.weather.#rows|pct2", "0.04\u00a0%", "÷"),
        # 1,234 of a sample of 100,000 out of 1,000,000 filled rows.
        ("dna.weather.city.count[Oslo]", "~12,340", "estimated from a sample of 100,000 rows"),
        ("dna.weather.odd.count['a, b]']", "3", "number of a, b]"),
        (r'dna.weather.odd.count["say \"x\""]', "2", "number of say"),
        (f'dna.weather.odd.count["{LONG[:39]}…"]', "4", "number of a value"),
        ("dna.weather.level.count[2]", "7", "number of 2.0"),
        ("dna.weather.level.count[true]", "6", "number of true"),
    ],
)
def test_counts(expression: str, text: str, source: str) -> None:
    (trace,) = fill("{{" + expression + "}}", {}, DNA).numbers
    assert trace.status is NumberStatus.REFERENCE, trace.source
    assert trace.text == text
    assert source in trace.source


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("dna.weather.sky.count[rain]", "rain is not among the 4 values of weather.sky that were"),
        ("dna.weather.sky.count[FOG]", "FOG is not among"),
        ("dna.weather.sky.count[]", "is not among"),
        ("dna.weather.sky.count", "say which value, such as dna.weather.sky.count[value]"),
        ("dna.weather.ski.count[sun]", "Did you mean sky?"),
        ("dna.weather.sky.count[sun", "a ] is missing"),
        ("dna.weather.sky.mean[sun]", "a = is missing"),
    ],
)
def test_what_was_not_counted_is_said(expression: str, says: str) -> None:
    assert says in problems(fill("{{" + expression + "}}", {}, DNA))[0]


def test_values_are_named_only_where_they_may_leave() -> None:
    template = "{{dna.weather.sky.count[drizle]}}"
    assert "Did you mean drizzle" in problems(fill(template, {}, DNA, show_keys=True))[0]
    assert "drizzle" not in problems(fill(template, {}, DNA))[0]


def test_a_count_streams_as_it_fills() -> None:
    template = "**{{dna.weather.sky.count[sun]}} days of sun.**"
    stream = FillStream({}, DNA)
    shown = "".join(stream.feed(char) for char in template) + stream.close()
    assert shown == fill(template, {}, DNA).text == "**714 days of sun.**"
