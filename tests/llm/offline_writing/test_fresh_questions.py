"""Fresh questions through the whole product: what is answered is right, the rest is unread."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import insightx_jupyter
from insightx_jupyter.errors import QuestionNotRead


def _beside(name: str) -> ModuleType:
    """A module that stands beside this file; tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


data = _beside("fresh_data")
questions = _beside("fresh_questions")
compare = _beside("fresh_compare")

#: Asked back or not known yet. A question that comes to be read has to leave this list.
UNREAD = {
    "which country spent the most",
    "share of gifts by channel",
    "how many orders are over 200?",
    "biggest order",
    "who was hired last",
    "average age of the victims",
    "pct of black people among homicides",
    "in which year was fossil fuel generation highest",
    "capital of US Steel by year",
    "which firm invested most in 1950?",
}
ANSWERED = [(k, q, x) for k, q, x in questions.QUESTIONS if x is not None and q not in UNREAD]
NOT_ANSWERED = [(k, q) for k, q, x in questions.QUESTIONS if x is None or q in UNREAD]


@pytest.fixture(scope="module")
def sets() -> dict[str, Any]:
    return {"shop": data.shop(), "staff": data.staff(), **data.public()}


@pytest.mark.parametrize(("key", "question", "expected"), ANSWERED, ids=[q for _, q, _ in ANSWERED])
def test_an_answer_is_what_pandas_says(
    key: str, question: str, expected: Any, sets: dict[str, Any]
) -> None:
    answer = insightx_jupyter.ask(question, sets[key], model="offline")
    assert answer.df is not None
    wrong = compare.differs(answer.df, expected(sets[key]))
    assert not wrong, f"{answer.text}\n{wrong}"


@pytest.mark.parametrize(("key", "question"), NOT_ANSWERED, ids=[q for _, q in NOT_ANSWERED])
def test_what_is_not_in_the_data_or_not_clear_is_not_answered(
    key: str, question: str, sets: dict[str, Any]
) -> None:
    with pytest.raises(QuestionNotRead):
        insightx_jupyter.ask(question, sets[key], model="offline")


def test_four_in_five_of_the_questions_that_the_data_answers_are_answered() -> None:
    answerable = [q for _, q, x in questions.QUESTIONS if x is not None]
    assert len(ANSWERED) >= 0.8 * len(answerable)


def test_a_tie_for_the_first_place_is_told_through_the_product() -> None:
    frame = data.pd.DataFrame({"team": list("aabbcdde"), "points": range(8)})
    answer = insightx_jupyter.ask("rows per team", {"games": frame}, model="offline")
    assert answer.text.startswith("**a, b and d share the most rows, 2.**")


def test_a_chart_has_its_caption_outside() -> None:
    frames = {"penguins": data.penguins()}
    answer = insightx_jupyter.ask("how is body mass distributed?", frames, model="offline")
    assert [figure.alt for figure in answer.record.figures] == ["Distribution of body_mass_g"]
