"""The replies of a language model to thirty-one questions, run again through the product.

``transcripts.jsonl`` holds what it was sent and what it said, one request a line;
replies are found by question, agent and step, so that a prompt may be edited. All
else is real: SQL, Python children, references, numbers.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import questions

from insightx_jupyter.api import Run, start
from insightx_jupyter.config import Settings
from insightx_jupyter.llm.scripted import Scripted
from insightx_jupyter.session import Session

TRANSCRIPTS = Path(__file__).with_name("transcripts.jsonl")


@pytest.fixture(scope="module")
def session():
    session = Session(model=Scripted.from_log(TRANSCRIPTS, chunk=200))
    yield session
    session.close()


@pytest.mark.parametrize("question", questions.QUESTIONS, ids=lambda q: q.text)
def test_the_answer_is_right_and_no_step_failed(session, question):
    frames = question.frames()
    settings = Settings(allow_unisolated=True)
    # Each question by itself: the model was not told of the others.
    session.history.clear()
    run = Run(start(question.text, dict(frames), {}, settings=settings, session=session))
    answer = run.result(120)
    assert question.check(answer, frames)
    assert not [e for e in answer.events if e.type == "tool" and e.ok is False]
    assert answer.record.answer is not None
    assert not [n for n in answer.record.answer.numbers if n.status == "bad_reference"]


def test_a_wrong_value_would_be_noticed():
    """The checks can fail: a question's check does not pass on another's answer."""
    session = Session(model=Scripted.from_log(TRANSCRIPTS, chunk=200))
    try:
        asked = questions.QUESTIONS[14]
        answer = Run(start(asked.text, dict(asked.frames()), {}, session=session)).result(60)
        others = [q for q in questions.QUESTIONS if q.frames is asked.frames and q is not asked]
        assert not any(q.check(answer, asked.frames()) for q in others)
    finally:
        session.close()
