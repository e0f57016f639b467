"""What is said of a reading: interpreted words, typing mistakes, joins, asking back."""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd
import pytest

from insightx_jupyter.data.catalog import Catalog
from insightx_jupyter.llm.offline.intent import Aggregate, Col, Func, Reading
from insightx_jupyter.llm.offline.reading import Unread, read
from insightx_jupyter.protocol.dna import DataDna


def _reading(question: str, dna: DataDna) -> Reading:
    answer = read(question, dna)
    assert isinstance(answer, Reading), answer
    return answer


def _unread(question: str, dna: DataDna) -> Unread:
    answer = read(question, dna)
    assert isinstance(answer, Unread), answer
    return answer


def test_plain_question_needs_no_choice(penguins_dna: DataDna) -> None:
    assert _reading("average body mass by species", penguins_dna).choices == ()


def test_late_says_what_it_was_taken_for(flights_dna: DataDna) -> None:
    choices = _reading("how many flights were late?", flights_dna).choices
    assert any(choice.startswith("late: dep_delay > 0; 8,255 rows") for choice in choices)


def test_share_says_which_rows_the_whole_holds(flights_dna: DataDna) -> None:
    choices = _reading("what share of flights arrived late", flights_dna).choices
    assert "share: 9,430 rows without arr_delay count in the whole" in choices


def test_typing_mistake_is_mended_and_told(penguins_dna: DataDna) -> None:
    reading = _reading("averge flippr length by island", penguins_dna)
    assert reading.choices == ("averge: read as average", "flippr: read as flipper")


def test_short_words_are_not_mended(penguins_dna: DataDna) -> None:
    assert "“max”" not in _unread("mux body mass", penguins_dna).reason


def test_part_of_a_column_name_is_told(penguins_dna: DataDna) -> None:
    assert "mass: body_mass_g" in _reading("average mass by species", penguins_dna).choices


def test_join_tells_its_keys_and_what_happens_without_a_match(flights_dna: DataDna) -> None:
    reading = _reading("average arrival delay by manufacturer of the plane", flights_dna)
    assert isinstance(reading.intent, Aggregate)
    assert reading.intent.groups[0].col == Col("planes", "manufacturer", ("tailnum", "tailnum"))
    told = " ".join(reading.choices)
    assert "tailnum = planes.tailnum" in told
    assert "without a match count as missing" in told


def test_ambiguous_column_is_asked_back_with_both(penguins_dna: DataDna) -> None:
    unread = _unread("average bill by species", penguins_dna)
    assert "bill_length_mm or bill_depth_mm" in unread.reason
    assert "average bill_length_mm by species" in unread.suggestions
    for suggestion in unread.suggestions:
        _reading(suggestion, penguins_dna)


def test_frames_that_fit_alike_are_asked_back(flights_dna: DataDna) -> None:
    unread = _unread("count by year", flights_dna)
    assert "flights or planes or weather" in unread.reason
    assert "count by year in planes" in unread.suggestions


@pytest.fixture(scope="module")
def two_dates() -> DataDna:
    days = pd.date_range("2023-01-01", periods=300, freq="D")
    orders = {"bill_date": days, "ship_date": days + pd.Timedelta(days=2), "amount": range(300)}
    return Catalog().view({"orders": pd.DataFrame(orders)}).read_dna()


@pytest.mark.parametrize(
    "question",
    [
        "number of orders in May 2023",
        "orders per month",
        "how did the total amount change over time",
    ],
)
def test_two_dates_are_asked_back_with_questions_that_are_read(
    question: str, two_dates: DataDna
) -> None:
    unread = _unread(question, two_dates)
    assert "bill_date" in unread.reason
    assert "ship_date" in unread.reason
    intents = {_reading(suggestion, two_dates).intent for suggestion in unread.suggestions}
    assert len(intents) == 2


def test_sign_is_no_part_of_a_column_name(two_dates: DataDna) -> None:
    above = _reading("orders where amount > 200", two_dates).intent
    assert above == _reading("orders where amount is above 200", two_dates).intent


def test_suggestions_can_be_asked(
    flights_dna: DataDna, penguins_dna: DataDna, dna_of: Callable[[str], DataDna]
) -> None:
    for dna in (flights_dna, penguins_dna, dna_of("cars"), dna_of("sklearn")):
        suggestions = _unread("what is the meaning of life", dna).suggestions
        assert suggestions
        for suggestion in suggestions:
            _reading(suggestion, dna)


def test_labels_and_clock_times_are_not_averaged(flights_dna: DataDna) -> None:
    assert "label" in _unread("average month", flights_dna).reason
    assert "hhmm" in _unread("average arrival time", flights_dna).reason


def test_unit_that_differs_from_the_column_is_refused(penguins_dna: DataDna) -> None:
    assert "in g, not in kg" in _unread("penguins heavier than 5 kg", penguins_dna).reason
    assert isinstance(read("penguins heavier than 5000 g", penguins_dna), Reading)


def test_negation_tells_that_unknown_rows_drop_out(penguins_dna: DataDna) -> None:
    choices = _reading("how many penguins are not female", penguins_dna).choices
    assert "not: rows without sex do not count" in choices


@pytest.mark.parametrize(
    "question",
    [
        "AVERAGE BODY MASS BY SPECIES??",
        "  average   body_mass_g by `species` ",
        "What’s the average “body mass” by species",
        "Please, could you tell me the average body mass per species? Thanks!",
    ],
)
def test_dress_does_not_change_the_meaning(question: str, penguins_dna: DataDna) -> None:
    plain = _reading("average body mass by species", penguins_dna)
    assert _reading(question, penguins_dna).intent == plain.intent


@pytest.mark.parametrize(
    ("said", "number"),
    [("2,000", 2000), ("2k", 2000), ("2 thousand", 2000), ("a dozen", 12), ("twelve", 12)],
)
def test_numbers_in_words_and_scales(said: str, number: int, flights_dna: DataDna) -> None:
    left = _reading(f"how many flights with distance over {said}", flights_dna)
    right = _reading(f"how many flights with distance over {number}", flights_dna)
    assert left.intent == right.intent


def test_question_that_leans_on_another_says_so(penguins_dna: DataDna) -> None:
    answer = read("and of those?", penguins_dna, history=("how many penguins are there",))
    assert isinstance(answer, Unread)
    assert "earlier question" in answer.reason


def test_hostile_names_are_only_names() -> None:
    frame = pd.DataFrame({'a"; DROP TABLE x; --': [1.5, 2.5], "{{r1}}": ["or", "by"]})
    dna = Catalog().view({"odd": frame}).read_dna()
    reading = _reading("how many rows", dna)
    assert isinstance(reading.intent, Aggregate)
    assert reading.intent.measures[0].func is Func.COUNT
    assert isinstance(read("how many or", dna), Unread)


def test_empty_frames_are_unread_not_a_crash() -> None:
    assert isinstance(read("how many rows", DataDna(frames=())), Unread)


def test_twenty_frames_are_read_quickly(flights_dna: DataDna) -> None:
    copies = tuple(
        frame.model_copy(update={"name": f"{frame.name}_{number}" if number else frame.name})
        for number in range(4)
        for frame in flights_dna.frames
    )
    wide = DataDna(frames=copies, joins=flights_dna.joins)
    read("how many flights", wide)  # the words of the frames are gathered once
    questions = ("avg delay by carrier", "which carrier has the highest average arrival delay")
    times = []
    for question in questions * 3:
        start = time.process_time()
        read(question, wide)
        times.append(time.process_time() - start)
    assert sorted(times)[len(times) // 2] < 0.1  # about 15 ms on a quiet machine


@pytest.mark.parametrize(
    ("question", "choice"),
    [
        ("average arrival delay by carrier", "arrival delay: arr_delay"),
        ("how are the delays distributed", "delays: dep_delay"),
        ("how many flights departed more than 60 minutes late", "by dep_delay"),
    ],
)
def test_each_word_that_was_interpreted_is_told(
    question: str, choice: str, flights_dna: DataDna
) -> None:
    answer = read(question, flights_dna)
    assert isinstance(answer, Reading), answer
    assert any(choice in told for told in answer.choices), answer.choices
