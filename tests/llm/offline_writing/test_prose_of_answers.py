"""The prose: every reference names a cell, every figure comes by one, the form holds."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from insightx_jupyter.llm.base import Message
from insightx_jupyter.llm.offline.intent import (
    Aggregate,
    Change,
    Col,
    Compare,
    Correlation,
    Describe,
    Focus,
    Func,
    Grain,
    Group,
    GroupTest,
    Measure,
    Op,
    Order,
    Reading,
    Rows,
    Values,
)
from insightx_jupyter.llm.offline.writing import answer_for, explanation_for, results_in
from insightx_jupyter.llm.offline.writing.results import ResultShape
from insightx_jupyter.render.references import fill


def col(name: str, frame: str = "penguins") -> Col:
    return Col(frame, name)


COUNT, MASS = Measure(Func.COUNT), col("body_mass_g")
MEAN = Measure(Func.MEAN, MASS)
SPECIES, SEX = Group(col("species")), Group(col("sex"))
FEMALE = Compare(col("sex"), Op.EQ, ("female",))
NOBODY = Compare(col("sex"), Op.EQ, ("nobody",))


def penguin(*measures: Measure, groups=(), **more) -> Aggregate:
    return Aggregate("penguins", measures or (COUNT,), groups, **more)


TOLD = [
    (penguin(), "**`penguins` has 344 rows.**"),
    (
        penguin(where=FEMALE),
        "**`sex` is female in 165 of all 344 rows of `penguins` (48.0\u00a0%).**",
    ),
    (
        penguin(MEAN, where=FEMALE),
        "**Among the rows where `sex` is female, the mean `body_mass_g` is 3,862.3.**",
    ),
    (penguin(MEAN, where=NOBODY), "the mean `body_mass_g` is no value.**"),
    (
        penguin(groups=(SPECIES,)),
        "**Adelie has the most rows, 152.**\n\nThen come Gentoo (124) and Chinstrap (68). "
        "All groups together have 344 rows; the first has 44.2\u00a0% of them.",
    ),
    (
        penguin(MEAN, groups=(SPECIES,), order=Order(0), limit=1),
        "**Gentoo has the highest mean `body_mass_g`, 5,076.0.**\n\nOver all groups it is 4,201.8.",
    ),
    (
        penguin(MEAN, groups=(SPECIES,), order=Order(0, descending=False), limit=2),
        "**Adelie has the lowest mean `body_mass_g`, 3,700.7.**\n\nThen comes Chinstrap (3,733.1).",
    ),
    (penguin(groups=(SPECIES,), where=NOBODY), "**There are no groups to compare among the rows"),
    (
        penguin(groups=(SPECIES,), having=(0, Op.GT, 1000.0)),
        "**No `species` has more than 1000 rows",
    ),
    (
        penguin(groups=(SPECIES,), having=(0, Op.GT, 150.0)),
        "**Only Adelie (152) has more than 150 rows.**",
    ),
    (
        penguin(groups=(SPECIES,), having=(0, Op.GT, 100.0)),
        "**2 groups by `species` have more than 100 rows.**\n\nThey are Adelie (152) "
        "and Gentoo (124).",
    ),
    (
        penguin(groups=(SPECIES,), where=Compare(col("species"), Op.EQ, ("Gentoo",))),
        "**Gentoo is the only group; its number of rows is 124",
    ),
    (
        penguin(MEAN, groups=(SPECIES, SEX)),
        "**The mean `body_mass_g` is highest for Gentoo and male, 5,484.8.**",
    ),
    (
        penguin(groups=(SEX,)),
        "`sex` is missing in 11 of all 344 rows of `penguins`; such rows are in no group.",
    ),
    (
        Rows("penguins", MASS, limit=1),
        "**The highest `body_mass_g` is 6,300.**",
    ),
    (
        Rows("penguins", MASS, descending=False, limit=3, show=(col("species"),)),
        "**The lowest `body_mass_g` is 2,700 (Chinstrap).**",
    ),
    (Rows("penguins", where=NOBODY), "**There are no rows of `penguins` where `sex` is nobody.**"),
    (Rows("penguins", where=FEMALE), "`sex` is female in 165 of all 344 rows"),
    (Rows("penguins"), "**These are the first 10 of 344 rows of `penguins`.**"),
    (
        Values(col("species")),
        "**The number of distinct values of `species` is 3.**\n\nThe most frequent is Adelie (44.2\u00a0%, n = 152).",
    ),
    (Values(col("species"), where=NOBODY), "**There is no value of `species`"),
    (Values(col("species"), where=Compare(col("species"), Op.EQ, ("Gentoo",))), "**The only value"),
    (
        Correlation(col("flipper_length_mm"), MASS),
        "**The link between `flipper_length_mm` and `body_mass_g` is strong: Pearson's r is "
        "0.87.**",
    ),
    (Correlation(MASS), "**flipper_length_mm goes most closely with `body_mass_g`:"),
    (Correlation(MASS, where=NOBODY), "Pearson's r is no value"),
    (
        Change("penguins", MEAN, Group(col("year"))),
        "goes from 4,124.5 for `year` 2007 to 4,210.3 for",
    ),
    (Change("penguins", MEAN, Group(col("year")), NOBODY), "**There is no period to compare"),
    (
        Change("penguins", MEAN, Group(col("year")), Compare(col("year"), Op.EQ, (2008,))),
        "**There is one period only:",
    ),
    (Describe(), "**`penguins` has 344 rows, 8 columns.**"),
    (Describe("penguins", "island"), "Its values are"),
    (Describe("penguins", focus=Focus.MISSING), "**Five columns have missing values"),
    (Describe("penguins", focus=Focus.COLUMNS), "- `species`: categories"),
]


@pytest.mark.parametrize(("intent", "wanted"), TOLD, ids=lambda v: str(v)[:40])
def test_what_is_told(penguins, run_intent, intent, wanted):
    ran = run_intent(penguins, intent, choices=("heavy: body_mass_g",))
    assert wanted in ran.text
    assert ran.wrong == []
    assert_form(ran.text)


def assert_form(text: str) -> None:
    """A bold sentence first, then at most the two headings; no slips of grammar."""
    assert re.match(r"\*\*[^*]+[.?]\*\*(\n|$)", text)
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings in (
        ["## How it was read", "## Ask next"],
        ["## How it was read"],
        ["## Ask next"],
        [],
    )
    prose = text.split("## ")[0]
    assert not re.search(r"\b(the the|a a|of of)\b|  |\.\.| ,|\b1 rows\b|⟨", prose)
    assert "{{" not in text


@pytest.mark.parametrize("shape", [None, 0, 1, 3])
@pytest.mark.parametrize(("intent", "wanted"), TOLD, ids=lambda v: str(v)[:40])
def test_no_shape_of_the_result_breaks_the_writing(penguins, intent, wanted, shape):
    """What the composer is told of results is not under our control."""
    reading = Reading("q", intent)
    if isinstance(intent, Describe):
        assert explanation_for(reading, penguins.dna, readable=lambda _: False)
        return
    shapes = [] if shape is None else [ResultShape("r3", shape, 2)]
    text = answer_for(reading, penguins.dna, shapes, readable=lambda _: False)
    assert text.startswith("**")
    assert shape in (None, 0) or "r3." in text or "There are no" in text


def test_no_figure_is_typed(penguins, run_intent):
    """Without its references an answer holds no digits but those of the question."""
    for intent, _ in TOLD:
        prose = run_intent(penguins, intent).template.split("## ")[0]
        bare = re.sub(r"\{\{.*?\}\}|`[^`]*`", "", prose)
        digits = re.findall(r"\d+", bare)
        assert set(digits) <= {"100", "150", "1000", "2008"}, (prose, digits)


def test_equal_leaders_are_all_named(make, run_intent):
    data = make({"t": pd.DataFrame({"k": list("aabbc"), "v": [5, 1, 5, 0, 2]})})
    intent = Aggregate("t", (COUNT,), (Group(Col("t", "k")),), None, Order(0), 1)
    text = run_intent(data, intent).text
    assert text.startswith("**a and b share the most rows, 2.**")
    text = run_intent(data, Rows("t", Col("t", "v"), limit=1)).text
    assert "There are 2 such rows: all with that value." in text
    text = run_intent(data, Values(Col("t", "k"), limit=1)).text
    assert text.startswith("**2 values of `k` are equally frequent, first a")


def test_weekdays_and_months_have_names(weather, run_intent):
    day = Col("seattle_weather", "date")
    mean = Measure(Func.MEAN, Col("seattle_weather", "temp_max"))
    told = {}
    for grain in Grain:
        intent = Aggregate("seattle_weather", (mean,), (Group(day, grain),))
        ran = run_intent(weather, intent)
        assert ran.wrong == []
        told[grain] = ran.text
    assert "highest for August" in told[Grain.MONTH_OF_YEAR]
    assert re.search(r"highest for [MTWFS]\w+day,", told[Grain.WEEKDAY])
    assert re.search(r"highest for the quarter from 201\d-07-01", told[Grain.QUARTER])
    assert re.search(r"highest for (July|August) 201\d,", told[Grain.MONTH])


def test_joins_and_what_they_miss_are_told(flights, run_intent):
    maker = Group(Col("planes", "manufacturer", via=("tailnum", "tailnum")))
    ran = run_intent(flights, Aggregate("flights", (COUNT,), (maker,), None, Order(0), 3))
    assert "Rows where `planes.manufacturer` is missing are in no group." in ran.text
    assert (
        "- `planes`: joined where `flights.tailnum` equals `planes.tailnum`; rows without a "
        "match count as missing" in ran.text
    )
    assert ran.wrong == []


def test_without_python_it_is_said_what_is_left_out(penguins, run_intent):
    for intent in (GroupTest(MASS, SPECIES), GroupTest(col("sex"), SPECIES)):
        ran = run_intent(penguins, intent, python_runs=False)
        assert "Python may not run here, so there is no test and no chart." in ran.text
        assert ran.wrong == []


def test_choices_stand_first_and_once(penguins, run_intent):
    ran = run_intent(penguins, penguin(), choices=("big: above 5000", "big: above 5000"))
    assert ran.text.count("- big: above 5000") == 1


def test_results_are_found_in_the_composers_request():
    lines = ("r1: 1,234 rows × 5 columns", "x", "r2 (python): 1 row × 9 columns")
    text = "\n".join((*lines, "r2_by_group: 3 rows × 4 columns"))
    found = results_in([Message("system", "r9: 1 row × 1 column"), Message("user", text)])
    assert found == (
        ResultShape("r1", 1234, 5),
        ResultShape("r2", 1, 9),
        ResultShape("r2_by_group", 3, 4),
    )


def test_the_shape_of_a_result_is_read_from_the_real_text(penguins):
    from insightx_jupyter.data.egress import slice_for_model
    from insightx_jupyter.protocol.results import NamedTable
    from insightx_jupyter.tools.text import tables_text

    for query, shape in (
        ("SELECT * FROM penguins", ResultShape("r1", 344, 8)),
        ("SELECT 1 AS n", ResultShape("r1", 1, 1)),
        ("SELECT island FROM penguins WHERE false", ResultShape("r1", 0, 1)),
    ):
        table = slice_for_model(penguins.arrow(query))
        for budget in (10_000, 10):
            (text,) = tables_text([NamedTable(name="r1", table=table)], budget)
            (found,) = results_in([Message("user", f"```sql\nx\n```\n{text}")])
            assert (found.name, found.rows, found.columns) == (
                shape.name,
                shape.rows,
                shape.columns,
            )


def test_a_tie_for_the_first_place_is_told(make, run_intent):
    data = make({"t": pd.DataFrame({"k": list("aabbcdde"), "v": range(8)})})
    ranked = Aggregate("t", (COUNT,), (Group(Col("t", "k")),))
    text = run_intent(data, ranked).text
    assert text.startswith("**a, b and d share the most rows, 2.**\n\nThen come c (1) and e (1).")
    text = run_intent(data, Aggregate("t", (COUNT,), ranked.groups, None, Order(0), 2)).text
    assert text.startswith("**a, b and d share the most rows, 2.**\n\nEqual values are kept")


def test_values_beside_each_other_have_equal_decimals(make, run_intent):
    data = make({"t": pd.DataFrame({"k": list("aabb"), "v": [1.5, 2.5, 40.5, 40.25]})})
    mean = Measure(Func.MEAN, Col("t", "v"))
    text = run_intent(data, Aggregate("t", (mean,), (Group(Col("t", "k")),))).text
    assert "`v`, 40.38.**\n\nThen comes a (2.00). Over all groups it is 21.19." in text


def test_a_cell_that_was_asked_for_is_told(make, run_intent):
    data = make({"t": pd.DataFrame({"k": list("abc"), "v": [5, 1, 7]})})
    one = Compare(Col("t", "k"), Op.IN, ("a", "c"))
    text = run_intent(data, Rows("t", show=(Col("t", "k"), Col("t", "v")), where=one)).text
    assert text.startswith("**`v` is 5 for a and 7 for c.**")


def test_a_span_of_days_is_told_as_one():
    from datetime import date

    from insightx_jupyter.llm.offline.intent import All
    from insightx_jupyter.llm.offline.writing.words import condition

    day = Col("t", "day")
    ends = (date(2013, 4, 30), date(2013, 5, 1), date(2013, 6, 1))
    low, next_day, later = (
        Compare(day, op, (end,)) for op, end in zip((Op.GE, Op.LT, Op.LT), ends, strict=True)
    )
    assert condition(All((low, next_day))) == "`day` is on 2013-04-30"
    assert condition(All((low, later))) == "`day` is from 2013-04-30 to before 2013-06-01"


def test_another_name_of_the_result_is_used(penguins):
    text = answer_for(
        Reading("q", penguin()), penguins.dna, [ResultShape("r4", 1, 1)], readable=lambda _: False
    )
    table = penguins.arrow("SELECT count(*) AS n FROM penguins")
    assert fill(text, {"r4": table}, penguins.dna).text.startswith("**`penguins` has 344 rows.**")


def test_a_year_that_comes_as_a_float_has_no_comma():
    from insightx_jupyter.render.numbers import default

    assert default(1956.0, "year") == "1956"
    assert default(1956.0, "miles") == "1,956"
