"""A model that says what it was told to say: for tests, teaching and recorded runs.

    model = Scripted({
        "orchestrator": ['{"classification": "SQL_ONLY"}'],
        "sql": [call("run_sql", query="select count(*) as n from t")],
        "composer": ["There are {{r1.n[0]}} rows."],
    })

Replies are keyed by agent and step, not by the wording of prompts. A reply is a
text, a tool call or several, a Turn, an exception to raise, or a function of the
request that gives one of these.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ModelUnavailable
from ..protocol.answer import Usage
from ..protocol.plan import AgentName
from ..protocol.record import ModelInfo
from .assemble import usage_of
from .base import ChatRequest, Delta, Message, ReasoningDelta, Reply, TextDelta, ToolCall
from .transcript import Follower, question_key
from .wire import Dialect, encode, request_body


class ScriptExhausted(ModelUnavailable):
    """The script has no reply for this agent and step."""

    retryable = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One reply with everything that it may hold. ``delay`` is in seconds before it starts."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    reasoning: str = ""
    finish_reason: str | None = None
    delay: float = 0.0
    error: Exception | None = None
    usage: Mapping[str, Any] | None = None


ScriptReply = (
    str | ToolCall | Sequence[ToolCall] | Turn | Exception | Callable[[Any], "ScriptReply"]
)
Script = Mapping[str, Sequence[ScriptReply]]

_numbers = itertools.count(1)


def call(tool: str, /, **arguments: Any) -> ToolCall:
    """A tool call for a script."""
    return ToolCall(f"call_{next(_numbers)}", tool, json.dumps(arguments, ensure_ascii=False))


def turn_of(reply: ScriptReply, request: Any) -> Turn:
    """Any form of a reply as a Turn. Functions are called with the request."""
    if isinstance(reply, Turn):
        return reply
    if isinstance(reply, str):
        return Turn(text=reply)
    if isinstance(reply, ToolCall):
        return Turn(calls=(reply,))
    if isinstance(reply, Exception):
        return Turn(error=reply)
    if callable(reply):
        return turn_of(reply(request), request)
    return Turn(calls=tuple(reply))


class Scripted:
    """A ChatModel from a script ``{agent: [reply, …]}``.

    Text comes in pieces of ``chunk`` characters, so that streaming is exercised.
    ``requests`` keeps what was asked. A reply beyond the script raises
    ScriptExhausted, which names agent and step.
    """

    def __init__(
        self, script: Script, *, name: str = "script", chunk: int = 12, pause: float = 0.0
    ) -> None:
        self._scripts = {"": _by_agent(script)}
        self._info = ModelInfo(provider="scripted", name=name)
        self._chunk = max(1, chunk)
        self._pause = pause
        self.requests: list[ChatRequest] = []

    @classmethod
    def of_questions(cls, scripts: Mapping[str, Script], **options: Any) -> Scripted:
        """A script for each question, told apart by its first line."""
        model = cls({}, **options)
        model._scripts = {question_key(q): _by_agent(s) for q, s in scripts.items()}
        return model

    @classmethod
    def from_log(cls, path: str | Path, **options: Any) -> Scripted:
        """The conversations of a log of requests and answers, one JSON object a line.

        Each line has ``request`` (the request's body) and ``answer`` (content,
        tool_calls, reasoning, finish_reason); lines without an answer are passed
        over. Of a question asked several times the last conversation counts.
        Raises ValueError if no line is a request of our agents.
        """
        scripts = _read_log(Path(path))
        if not scripts:
            raise ValueError(f"{Path(path).name} holds no answered request of our agents")
        return cls.of_questions(scripts, **{"name": Path(path).stem, **options})

    @property
    def info(self) -> ModelInfo:
        """Provider and name, as shown to the user."""
        return self._info

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The scripted reply in pieces, then the Reply."""
        self.requests.append(request)
        turn = turn_of(self._reply(request), request)
        await asyncio.sleep(turn.delay)
        for start in range(0, len(turn.reasoning), self._chunk):
            yield ReasoningDelta(turn.reasoning[start : start + self._chunk])
        for start in range(0, len(turn.text), self._chunk):
            yield TextDelta(turn.text[start : start + self._chunk])
            await asyncio.sleep(self._pause)
        if turn.error is not None:
            raise turn.error
        reason = turn.finish_reason or ("tool_calls" if turn.calls else "stop")
        message = Message("assistant", turn.text, tool_calls=turn.calls)
        yield Reply(message, self._usage(request, turn), reason)

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def _usage(self, request: ChatRequest, turn: Turn) -> Usage:
        sent = encode(request_body(request, self._info.name, Dialect()))
        return usage_of(turn.usage or {}, len(sent))

    def _reply(self, request: ChatRequest) -> ScriptReply:
        context = request.context
        script = self._scripts.get("") or self._scripts.get(question_key(context.question))
        if script is None:
            raise ScriptExhausted(
                f"The script {self._info.name} does not know the question: {context.question[:200]}"
            )
        replies = script.get(context.agent, ())
        if context.step >= len(replies):
            raise ScriptExhausted(
                f"The script {self._info.name} has {len(replies)} replies for the agent "
                f"{context.agent.value}; step {context.step} asks for one more."
            )
        return replies[context.step]


def _by_agent(script: Script) -> dict[AgentName, tuple[ScriptReply, ...]]:
    return {AgentName(agent): tuple(replies) for agent, replies in script.items()}


def _read_log(path: Path) -> dict[str, dict[str, list[ScriptReply]]]:
    scripts: dict[str, dict[str, list[ScriptReply]]] = {}
    follower = Follower()
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line) if line.strip() else {}
        answer = entry.get("answer")
        if not answer or entry.get("status", 200) != 200:
            continue
        place = follower.place(entry["request"])
        if place is None:
            continue
        replies = scripts.setdefault(place.question, {}).setdefault(place.agent.value, [])
        del replies[place.step :]
        replies.append(_logged(answer))
    return scripts


def _logged(answer: Mapping[str, Any]) -> Turn:
    calls = tuple(
        ToolCall(c["id"], c["function"]["name"], c["function"]["arguments"])
        for c in answer.get("tool_calls") or ()
    )
    return Turn(
        text=answer.get("content") or "",
        calls=calls,
        reasoning=answer.get("reasoning") or "",
        finish_reason=answer.get("finish_reason"),
        usage=answer,
    )
