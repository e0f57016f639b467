"""The union of events is closed, tagged and survives JSON."""

import pytest
from pydantic import ValidationError

from insightx_jupyter.protocol.answer import Usage
from insightx_jupyter.protocol.events import EVENT, StatusEvent, ToolEvent
from insightx_jupyter.protocol.plan import AgentName, Classification, Plan


def test_event_round_trips_through_json():
    event = ToolEvent(
        agent=AgentName.SQL, phase="called", call_id="1", tool="run_sql", arguments={"query": "x"}
    )
    assert EVENT.validate_json(event.model_dump_json()) == event


def test_unknown_type_and_unknown_field_are_refused():
    with pytest.raises(ValidationError):
        EVENT.validate_python({"type": "nope"})
    with pytest.raises(ValidationError):
        EVENT.validate_python({"type": "status", "message": "x", "extra": 1})


def test_events_cannot_be_changed():
    with pytest.raises(ValidationError):
        StatusEvent(message="x").message = "y"


@pytest.mark.parametrize(
    ("road", "agents"),
    [
        (Classification.SQL_ONLY, ["sql", "composer"]),
        (Classification.PY_ONLY, ["python", "composer"]),
        (Classification.SQL_THEN_PY, ["sql", "python", "composer"]),
        (Classification.EXPLAIN_ONLY, ["explainer"]),
    ],
)
def test_each_road_has_its_agents(road, agents):
    assert [a.value for a in Plan(classification=road).agents] == agents


def test_usage_adds_up_and_keeps_the_unknown_unknown():
    a = Usage(calls=1, prompt_tokens=None, prompt_bytes=10)
    b = Usage(calls=2, prompt_tokens=5, completion_tokens=None)
    assert a.plus(b) == Usage(calls=3, prompt_tokens=5, prompt_bytes=10)
