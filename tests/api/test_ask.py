"""``ask`` and ``aask`` outside a notebook: plain Python, scripted and offline."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
import warnings

import pandas as pd
import pyarrow as pa
import pytest

import insightx_jupyter as ix
from insightx_jupyter.agents.base import Turn as Earlier
from insightx_jupyter.api import Run, start
from insightx_jupyter.config import Settings
from insightx_jupyter.errors import (
    FrameUnknown,
    NoFrames,
    OptionInvalid,
    QuestionEmpty,
    RunCancelled,
)
from insightx_jupyter.llm.scripted import Scripted, Turn, call
from insightx_jupyter.session import Session

SALES = pd.DataFrame({"shop": ["A", "A", "B"], "amount": [1.5, 2.5, 10.0]})
PLAN = json.dumps({"classification": "SQL_ONLY"})
QUERY = "SELECT shop, sum(amount) AS total FROM sales GROUP BY shop ORDER BY shop"


@pytest.fixture
def session():
    made = []

    def make(**script):
        script = {
            "orchestrator": [PLAN] * 9,
            "sql": [call("run_sql", query=QUERY)] * 9,
            "composer": ["**B sold {{r1.total[shop=B]|f1}}.**"] * 9,
            **script,
        }
        made.append(Session(model=Scripted(script)))
        return made[-1]

    yield make
    for one in made:
        one.close()


def run(session, question="what did each shop sell?", frames=None, **options):
    frames = {"sales": SALES} if frames is None else frames
    return start(question, frames, {}, settings=Settings(), session=session, **options)


def test_answer_holds_text_table_sql_and_events(session):
    answer = Run(run(session())).result()
    assert answer.text == "**B sold 10.0.**"
    assert answer.df.to_dict("list") == {"shop": ["A", "B"], "total": [4.0, 10.0]}
    assert isinstance(answer.arrow, pa.Table)
    assert answer.sql == QUERY
    assert answer.code is None
    assert answer.plan.classification == "SQL_ONLY"
    assert [e.seq for e in answer.events] == list(range(1, len(answer.events) + 1))
    assert [e.type for e in answer.events][-1] == "final_response"
    assert answer.usage.calls == 3
    assert set(answer._repr_mimebundle_()) >= {"text/plain", "text/markdown", "text/html"}
    assert "B sold 10.0" in repr(answer)


def test_offline_without_a_key(monkeypatch):
    for name in ("INSIGHTX_BASE_URL", "INSIGHTX_API_KEY", "INSIGHTX_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INSIGHTX_MODEL", "offline")
    answer = ix.ask("what is the total amount by shop?", {"sales": SALES})
    assert sorted(answer.df.iloc[:, 1].tolist()) == [4.0, 10.0]
    assert answer.record.model.offline


def test_frames_of_the_caller_are_found_by_name(monkeypatch):
    monkeypatch.setenv("INSIGHTX_MODEL", "offline")
    mine = SALES.rename(columns={"amount": "revenue"})
    assert ix.ask("what is the total revenue?", "mine").df.iloc[0, 0] == mine.revenue.sum()
    with pytest.raises(FrameUnknown, match="mine"):
        ix.ask("what is the total revenue?", ["mien"])


def test_asynchronous_ask_does_not_block_the_loop(monkeypatch):
    monkeypatch.setenv("INSIGHTX_MODEL", "offline")

    async def main():
        task = asyncio.create_task(ix.aask("what is the total amount?", {"sales": SALES}))
        ticks = 0
        while not task.done():
            await asyncio.sleep(0.005)
            ticks += 1
        return await task, ticks

    answer, ticks = asyncio.run(main())
    assert answer.df.iloc[0, 0] == 14.0
    assert ticks > 0


def test_cancelling_the_task_stops_the_run(session):
    slow = session(sql=[Turn(text="x", delay=30)])

    async def main():
        active = run(slow)
        await asyncio.sleep(0.3)
        active.cancel("user")
        began = time.monotonic()
        outcome = await asyncio.wrap_future(active.future)
        return outcome, time.monotonic() - began

    outcome, seconds = asyncio.run(main())
    assert isinstance(outcome.error, RunCancelled)
    assert outcome.record.status == "cancelled"
    assert seconds < 1


@pytest.mark.parametrize("agent", ["orchestrator", "sql", "composer"])
def test_cancel_at_any_stage_ends_within_a_second(session, agent):
    active = run(session(**{agent: [Turn(text="x", delay=30)]}))
    time.sleep(0.4)
    began = time.monotonic()
    active.cancel("user")
    with pytest.raises(RunCancelled):
        Run(active).result(5)
    assert time.monotonic() - began < 1
    events = active.hub.snapshot()
    assert [e.type for e in events if e.type in ("final_response", "error", "cancelled")] == [
        "cancelled"
    ]


def test_cancel_before_the_first_step(session):
    active = run(session())
    active.cancel("user")
    active.cancel("user")
    outcome = active.wait(5)
    assert outcome.record.status in ("cancelled", "answered")


def test_plan_only_runs_nothing(session):
    answer = Run(run(session(), plan=True)).result()
    assert answer.plan.classification == "SQL_ONLY"
    assert answer.df is None
    assert "SQL" in answer.text


def test_frame_changed_after_the_question_does_not_change_the_answer(session):
    sales = SALES.copy()
    active = run(session(orchestrator=[Turn(text=PLAN, delay=0.3)]), frames={"sales": sales})
    sales.loc[:, "amount"] = 0.0
    assert Run(active).result().df["total"].tolist() == [4.0, 10.0]
    assert sales.amount.sum() == 0


def test_history_reaches_the_next_question(session):
    one = session()
    Run(run(one)).result()
    Run(run(one, "and in all?")).result()
    prompts = [m.content for m in one._fixed_model.requests[-3].messages]
    assert any("what did each shop sell?" in p and "B sold 10.0" in p for p in prompts)


@pytest.mark.parametrize(
    ("question", "frames", "options", "error"),
    [
        ("", {"sales": SALES}, {}, QuestionEmpty),
        ("  \n", {"sales": SALES}, {}, QuestionEmpty),
        ("what?", {}, {}, NoFrames),
        ("what?", ["nope"], {}, FrameUnknown),
        ("what?", {"sales": 3}, {}, FrameUnknown),
        ("what?", {"sales": SALES}, {"frozen": True}, OptionInvalid),
        ("what?", {"sales": SALES}, {"colour": "red"}, OptionInvalid),
        ("what?", {"sales": SALES}, {"privacy": "stats"}, OptionInvalid),
    ],
)
def test_bad_calls_raise_before_anything_runs(session, question, frames, options, error):
    one = session()
    with pytest.raises(error):
        run(one, question, frames, **options)
    assert one._fixed_model.requests == []


def test_wait_with_a_bound_leaves_the_run_alone(session):
    active = run(session(sql=[Turn(calls=(call("run_sql", query=QUERY),), delay=0.5)]))
    with pytest.raises(TimeoutError):
        Run(active).result(0.05)
    assert Run(active).result(5).df is not None


def test_a_session_can_be_closed_twice_and_used_again(session):
    one = session()
    Run(run(one)).result()
    one.close()
    one.close()
    assert Run(run(one)).result().text == "**B sold 10.0.**"


def test_closing_ends_a_run_that_is_under_way(session):
    one = session(sql=[Turn(text="x", delay=30)])
    active = run(one)
    time.sleep(0.2)
    began = time.monotonic()
    one.close()
    assert time.monotonic() - began < 3
    assert active.done


def test_columns_of_a_deleted_frame_are_let_go(session):
    one, sales = session(), SALES.copy()
    Run(run(one, frames={"sales": sales})).result()
    assert len(one._columns.keys()) == 2
    del sales
    Run(run(one, frames={"sales": pd.DataFrame({"shop": ["C"], "amount": [1.0]})})).result()
    assert len(one._columns.keys()) <= 2


def test_closing_beside_asking_ends_every_run(session):
    one = session()
    Run(run(one)).result()
    closer = threading.Thread(target=one.close)
    closer.start()
    active = run(one)
    closer.join(10)
    outcome = active.wait(10)
    assert outcome.record.status in ("answered", "cancelled")
    last = active.hub.snapshot()[-1].type
    assert last in ("final_response", "cancelled")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_session_works_on_in_a_forked_copy(session):
    one = session()
    Run(run(one)).result()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: fork beside threads
        pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if Run(run(one)).result(20).text == "**B sold 10.0.**" else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert Run(run(one)).result().text == "**B sold 10.0.**"


def test_a_single_frame_may_be_given(session):
    sales = SALES
    one = session(sql=[call("run_sql", query=QUERY.replace("sales", "df"))])
    assert Run(run(one, frames=sales)).result().text == "**B sold 10.0.**"


def test_a_model_is_told_nothing_that_the_offline_analyst_said(session):
    one = session()
    one.history.append(Earlier(question="secret?", answer="**P42**", offline=True))
    one.history.append(Earlier(question="other?", answer="**P43**", frames=frozenset({"staff"})))
    one.history.append(Earlier(question="same?", answer="**P44**", frames=frozenset({"sales"})))
    Run(run(one)).result()
    sent = "".join(m.content for r in one._fixed_model.requests for m in r.messages)
    assert "P44" in sent
    assert "P42" not in sent
    assert "P43" not in sent


def test_a_frozen_environment_is_not_ignored(session, monkeypatch):
    monkeypatch.setenv("INSIGHTX_FROZEN", "1")
    one = session()
    with pytest.raises(OptionInvalid, match="frozen"):
        run(one)
    assert one._fixed_model.requests == []
