"""The running display: a pure reducer over events, and its html."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError

import pytest

from insightx_jupyter.protocol.events import (
    AgentEvent,
    CancelledEvent,
    ErrorEvent,
    Event,
    FinalResponseEvent,
    OrchestratorResultEvent,
    ProgressEvent,
    ReasoningDeltaEvent,
    SqlResultEvent,
    StatusEvent,
    TextDeltaEvent,
    ToolEvent,
    WarningEvent,
)
from insightx_jupyter.protocol.plan import AgentName, Classification, Plan
from insightx_jupyter.protocol.record import ModelInfo, Record, SandboxInfo
from insightx_jupyter.render.live import LiveView, live_html

ORCHESTRATOR, SQL, COMPOSER = AgentName.ORCHESTRATOR, AgentName.SQL, AgentName.COMPOSER


def played(events: list[Event], view: LiveView | None = None) -> LiveView:
    """The state after the events, half a second apart."""
    view = view or LiveView()
    for event in events:
        stamp = {"seq": view.seq + 1, "ts": 1000.0 + view.seq / 2}
        view = view.apply(event.model_copy(update=stamp))
    return view


@pytest.fixture
def opening(make_record: Callable[..., Record]) -> list[Event]:
    """Up to the finished query."""
    result = make_record().sql[0]
    arguments = {"query": result.query}
    return [
        StatusEvent(message="Reading 5 frames"),
        AgentEvent(agent=ORCHESTRATOR, phase="started"),
        ReasoningDeltaEvent(agent=ORCHESTRATOR, text="one\n"),
        ReasoningDeltaEvent(agent=ORCHESTRATOR, text="two"),
        OrchestratorResultEvent(
            plan=Plan(classification=Classification.SQL_ONLY, reasoning="count per carrier")
        ),
        AgentEvent(agent=ORCHESTRATOR, phase="finished", seconds=1.4),
        AgentEvent(agent=SQL, phase="started"),
        ToolEvent(agent=SQL, phase="called", call_id="1", tool="run_sql", arguments=arguments),
        ToolEvent(agent=SQL, phase="returned", call_id="1", tool="run_sql", ok=True),
        SqlResultEvent(result=result),
        AgentEvent(agent=SQL, phase="finished", summary="Counted late arrivals", seconds=2.3),
    ]


def test_steps(opening: list[Event]) -> None:
    view = played(opening)
    assert [(s.agent, s.state, s.seconds) for s in view.steps] == [
        (ORCHESTRATOR, "done", 1.4),
        (SQL, "done", 2.3),
        (COMPOSER, "waiting", None),
    ]
    assert view.steps[0].phrase == "SQL: count per carrier"
    assert view.steps[0].thinking == "one\ntwo"
    (code,) = view.steps[1].codes
    assert (code.ok, code.about) == (True, "16 rows · 65 ms")
    assert view.elapsed == 5.0


def test_reducer_is_pure_and_drops_what_it_has_seen(opening: list[Event]) -> None:
    before = played(opening[:3])
    event = opening[3].model_copy(update={"seq": 4, "ts": 1002.0})
    first, second = before.apply(event), before.apply(event)
    assert first == second != before
    assert first.apply(event) is first
    with pytest.raises(FrozenInstanceError):
        first.text = "x"  # type: ignore[misc]


def test_text_is_the_writers_only() -> None:
    events: list[Event] = [
        TextDeltaEvent(agent=SQL, text="SELECT"),
        TextDeltaEvent(agent=COMPOSER, text="Frontier is "),
        TextDeltaEvent(agent=COMPOSER, text="late."),
    ]
    assert played(events).text == "Frontier is late."


def test_endings(make_record: Callable[..., Record], opening: list[Event]) -> None:
    answer = make_record().answer
    assert answer is not None
    final = FinalResponseEvent(classification=Classification.SQL_ONLY, answer=answer)
    assert played([*opening, final]).ended == "answered"
    assert "Done after 5.5 s" in live_html(played([*opening, final]))
    error = ErrorEvent(code="x", message="It broke.", hint="Ask again.")
    assert played([*opening, error]).phrase == "It broke. Ask again."
    stopped = played([*opening, CancelledEvent(by="interrupt", during="SQL")])
    assert "Stopped by an interrupt during SQL. No answer was written." in live_html(stopped)


def test_html_says_what_is_done(opening: list[Event]) -> None:
    view = LiveView(
        model=ModelInfo(provider="offline", name="offline"),
        sandbox=SandboxInfo(level="unisolated"),
        privacy="stats",
        frames=5,
    )
    html = live_html(view)
    for part in ("Starting", "Offline analyst, no model", "Unisolated", "5 frames in view"):
        assert part in html
    assert "interrupt the kernel to stop" in html
    assert "Profiling, 30 of 53" in live_html(
        view.apply(ProgressEvent(task="Profiling", done=30, total=53))
    )
    running = played(opening[:8], view)
    html = live_html(running, now=1012.0)
    assert "Running, 12.0 s" in html
    assert html.count("<details open") == 1  # the running step's code
    assert live_html(played(opening, view)).count("<details open") == 0


def test_nothing_is_put_above_running_text(opening: list[Event]) -> None:
    begun = played([*opening, AgentEvent(agent=COMPOSER, phase="started")])
    writing = played([TextDeltaEvent(agent=COMPOSER, text="Frontier is late.")], begun)
    warned = played([WarningEvent(code="x", message="Some rows were left out.")], writing)
    slot = "min-height:120px"
    assert slot in live_html(begun)
    html = live_html(warned)
    assert html.index(slot) < html.index("Frontier is late.") < html.index("Some rows")
    above = [live_html(view, now=1020.0).split(slot)[0] for view in (begun, writing, warned)]
    assert above[0] == above[1] == above[2]


def test_hostile_events_are_escaped() -> None:
    bad = "</span><script>alert(1)</script>\u202e"
    view = played(
        [
            StatusEvent(message=bad),
            OrchestratorResultEvent(
                plan=Plan(classification=Classification.SQL_ONLY, reasoning=bad)
            ),
            AgentEvent(agent=SQL, phase="started"),
            ReasoningDeltaEvent(agent=SQL, text=bad),
            ToolEvent(
                agent=SQL, phase="called", call_id="1", tool="run_sql", arguments={"query": bad}
            ),
            ToolEvent(
                agent=SQL, phase="returned", call_id="1", tool="run_sql", ok=False, message=bad
            ),
            WarningEvent(code="x", message=bad),
            TextDeltaEvent(agent=COMPOSER, text=bad),
        ]
    )
    html = live_html(view)
    assert html.count("&lt;script&gt;") >= 5
    assert "<script" not in html
    assert "\u202e" not in html
    failed = live_html(view.apply(ErrorEvent(seq=99, code="x", message=bad)))
    assert "<script" not in failed
