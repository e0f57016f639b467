"""Names that mean something elsewhere: quotes, ends of lines, references, emoji."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from insightx_jupyter.llm.offline.intent import (
    Aggregate,
    Change,
    Col,
    Compare,
    Correlation,
    Describe,
    Distribution,
    Focus,
    Func,
    Group,
    GroupTest,
    Measure,
    Op,
    Order,
    Outliers,
    Regression,
    Rows,
    Values,
)
from insightx_jupyter.llm.offline.writing.identifiers import KEYWORDS, name_sql
from insightx_jupyter.llm.offline.writing.names import Aliases, is_plain, slug

HOSTILE = [
    'a"b',
    "a'b",
    "a\nb",
    "{{r1.n}}",
    "{{dna.t.#rows}} }}",
    "a`b``c",
    "**bold** <script>alert(1)</script>",
    "🐧",
    "price $x$ \\alpha",
    "select",
    "at",
    "n",
    "overall",
    "place",
    "x; DROP TABLE t --",
    "a\\",
    "1st",
    " ",
    "\u202eevil\u200b",
    "r1",
    "share of\ttotal",
    "IS NOT NULL",
    "é" * 150,
]


def hostile_set(make, name: str, frame: str = "t"):
    values = [1.0, 2.0, 3.0, 4.0, 5.0, 100.0, None, 8.0]
    keys = ["x", "{{r1.n}}", "x", "y\"'", "y\n", "x", "x", "{{r1.n}}"]
    return make({frame: pd.DataFrame({name: values, "k": keys, "w": [v or 0 for v in values]})})


def every_intent(frame: str, name: str, hostile_key: bool):
    value, key, w = Col(frame, name), Col(frame, "k"), Col(frame, "w")
    if hostile_key:
        value, key = w, Col(frame, name)
    big = Compare(value, Op.GT, (2,))
    odd = Compare(Col(frame, "k"), Op.IN, ("{{r1.n}}", "y\n", "y\"'", "x"))
    mean = Measure(Func.MEAN, value)
    yield Aggregate(frame, (mean,), where=odd)
    yield Aggregate(frame, (mean,), (Group(key),), odd, Order(0), 2)
    yield Aggregate(frame, (Measure(Func.SHARE, where=big),), (Group(key),))
    yield Aggregate(frame, (Measure(Func.COUNT),), (Group(key),), having=(0, Op.GE, 1))
    yield Aggregate(frame, (mean,), (Group(key), Group(w)))
    yield Change(frame, mean, Group(key), odd)
    yield Rows(frame, value, limit=2, where=odd)
    yield Rows(frame, where=big, show=(value,))
    yield Values(key)
    yield Correlation(value, w)
    yield Correlation(w)
    yield Distribution(value)
    yield Distribution(value, Group(key), odd)
    yield Outliers(value)
    yield GroupTest(value, Group(key))
    yield GroupTest(value, Group(key), share=big)
    yield GroupTest(key, Group(Col(frame, "k")))
    yield Regression(value, w, big)
    yield Describe(frame)
    yield Describe(frame, name)
    yield Describe(frame, focus=Focus.MISSING)
    yield Describe(frame, focus=Focus.COLUMNS)


@pytest.mark.parametrize("name", HOSTILE, ids=lambda n: repr(n)[:20])
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")
def test_hostile_columns(make, run_intent, name):
    data = hostile_set(make, name)
    for hostile_key in (False, True):
        for intent in every_intent("t", name, hostile_key):
            ran = run_intent(data, intent, python_runs=False)
            assert ran.wrong == [], (intent, ran.template)
            assert "DROP" not in name or "t" in data.query("SHOW TABLES")["name"].tolist()


@pytest.mark.parametrize("name", HOSTILE[::3], ids=lambda n: repr(n)[:20])
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")
def test_hostile_columns_in_python(make, run_intent, name):
    data = hostile_set(make, name)
    value, key = Col("t", name), Group(Col("t", "k"))
    for intent in (
        Distribution(value, key),
        GroupTest(value, key),
        Regression(Col("t", "w"), value),
    ):
        ran = run_intent(data, intent)
        assert ran.wrong == [], (intent, ran.template)
        assert ran.charts


@pytest.mark.parametrize("frame", [f for f in HOSTILE if f], ids=lambda n: repr(n)[:20])
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_hostile_frames(make, run_intent, frame):
    data = hostile_set(make, "v", frame)
    for intent in every_intent(frame, "v", hostile_key=False):
        ran = run_intent(data, intent, python_runs=False)
        assert ran.wrong == [], (intent, ran.template)


def test_the_attack_works_on_a_name_that_is_not_quoted(make):
    """Positive control for the quoting."""
    data = hostile_set(make, "x; DROP TABLE t --")
    with pytest.raises(duckdb.Error):
        data.query("SELECT x; DROP TABLE t -- FROM t")


def test_the_attack_works_on_a_name_that_is_not_made_harmless(make):
    """Positive control for the prose."""
    from insightx_jupyter.render.references import fill

    data = hostile_set(make, "v")
    tables = {"r1": data.arrow("SELECT 42 AS n")}
    assert fill("`{{r1.n}}` is high", tables, data.dna).text == "`42` is high"


def test_keywords_are_those_of_duckdb():
    rows = duckdb.sql("SELECT keyword_name, keyword_category FROM duckdb_keywords()").fetchall()
    assert {name for name, category in rows if category != "unreserved"} <= KEYWORDS


def test_names_are_quoted_only_where_needed():
    assert name_sql("dep_delay") == "dep_delay"
    assert name_sql("Order") == '"Order"'
    assert name_sql('a"b') == '"a""b"'
    assert not is_plain("a\n")


def test_slugs_are_plain_words():
    assert slug("Sepal length (cm)") == "sepal_length_cm"
    assert slug("🐧") == "column"
    assert slug("1st") == "column_1st"
    for name in HOSTILE:
        assert is_plain(slug(name))


def test_aliases_never_repeat():
    aliases = Aliases(["n", "N_rows"])
    given = [aliases.fresh("n", "n_rows"), aliases.fresh("n", "n_rows"), aliases.keep("n")]
    given += [aliases.keep("n"), aliases.fresh("x"), aliases.fresh("x")]
    assert len({name.casefold() for name in given}) == len(given)
