"""Which agent, question and step a logged request belongs to.

Two marks in our prompts tell it, and nothing else: the first line of the system
prompt is a heading that names the agent (``# SQL agent``), and the last user
message of an agent's first request holds a line ``Question: …``. An edit of the
prompts leaves both alone, so recorded conversations stay valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..protocol.plan import AgentName

#: The first line of each agent's system prompt.
HEADINGS = {
    AgentName.ORCHESTRATOR: "# Orchestrator",
    AgentName.SQL: "# SQL agent",
    AgentName.PYTHON: "# Python agent",
    AgentName.COMPOSER: "# Composer",
    AgentName.EXPLAINER: "# Explainer",
}
QUESTION_MARK = "Question: "

_BY_HEADING = {heading.casefold(): agent for agent, heading in HEADINGS.items()}


class Place(NamedTuple):
    """Where a request stands. ``fresh``: it opens a conversation."""

    agent: AgentName
    question: str
    step: int
    fresh: bool


def question_key(question: str) -> str:
    """A question as conversations are told apart by it: its first line, spaces evened out."""
    lines = question.strip().splitlines()
    return " ".join(lines[0].split()) if lines else ""


class Follower:
    """Gives each request of one or many conversations its place, in the order they come.

    A request with more messages than the last of its agent and question goes on
    from there; the same one again is the same step; any other opens anew.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[AgentName, str], tuple[int, list[Any]]] = {}

    def place(self, body: Mapping[str, Any]) -> Place | None:
        """None for a request that is none of our agents'."""
        messages = [m for m in body.get("messages") or [] if isinstance(m, dict)]
        agent = _agent(messages)
        if agent is None:
            return None
        question = question_key(_question(messages))
        step, last = self._last.get((agent, question), (-1, []))
        if len(messages) > len(last):
            step += 1
        elif messages != last:
            step = 0
        self._last[agent, question] = (step, messages)
        return Place(agent, question, step, fresh=step == 0)


def _agent(messages: Sequence[Mapping[str, Any]]) -> AgentName | None:
    if not messages or messages[0].get("role") not in ("system", "developer"):
        return None
    heading = _text(messages[0]).lstrip().partition("\n")[0]
    return _BY_HEADING.get(heading.strip().casefold())


def _question(messages: Sequence[Mapping[str, Any]]) -> str:
    for message in reversed(messages):
        if message.get("role") != "user":
            continue
        for line in reversed(_text(message).splitlines()):
            if line.startswith(QUESTION_MARK):
                return line.removeprefix(QUESTION_MARK)
    return ""


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        parts = (p.get("text") for p in content if isinstance(p, dict))
        return "\n".join(p for p in parts if isinstance(p, str))
    return content if isinstance(content, str) else ""
