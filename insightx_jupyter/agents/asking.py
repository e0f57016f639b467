"""One call of the model: its deltas shown as they come, its cost counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import ModelUnavailable
from ..llm.base import ChatRequest, ReasoningDelta, Reply, RequestContext, TextDelta
from ..protocol.events import ReasoningDeltaEvent, UsageEvent
from ..tools.text import sound
from .thoughts import ThoughtSplitter, without_thoughts

if TYPE_CHECKING:
    from ..llm.base import Message
    from .base import AgentRun, AgentSpec

#: Is told each piece of the reply's text as it comes.
Show = Callable[[str], None]


async def ask_model(
    run: AgentRun, spec: AgentSpec, messages: Sequence[Message], show: Show | None = None
) -> Message:
    """The model's whole reply.

    Raises:
        ModelUnavailable: it gave none. Errors of the transport pass through untouched.
    """
    request = _request(run, spec, messages)
    started, reply = time.perf_counter(), None
    try:
        reply = await _listen(run, spec, request, show)
    finally:
        seconds = time.perf_counter() - started
        run.metrics.record("model", run.model.info.name, seconds, ok=reply is not None)
    run.usage = run.usage.plus(reply.usage)
    run.tools.emit(UsageEvent(usage=run.usage))
    return reply.message


def _request(run: AgentRun, spec: AgentSpec, messages: Sequence[Message]) -> ChatRequest:
    step = run.steps.get(spec.name, 0)
    run.steps[spec.name] = step + 1
    context = RequestContext(
        run_id=run.tools.run_id,
        agent=spec.name,
        step=step,
        question=run.question,
        python_runs=run.python_runs,
    )
    return ChatRequest(
        messages=tuple(messages),
        context=context,
        tools=tuple(tool.spec for tool in spec.tools),
        max_tokens=run.max_tokens,
        timeout=run.model_timeout,
    )


async def _listen(run: AgentRun, spec: AgentSpec, request: ChatRequest, show: Show | None) -> Reply:
    reply = None
    shown = _Shown(run, spec, show)
    # To the end of the stream, so that its connection is let go of in order.
    async for delta in run.model.stream(request):
        match delta:
            case Reply():
                reply = delta
            case ReasoningDelta(text):
                shown.thought(text)
            case TextDelta(text):
                shown.text(text)
    if reply is None:
        raise ModelUnavailable("The model ended without a reply.", hint="Ask again.")
    message = _sound_message(reply.message)
    shown.close(message.content)
    return replace(reply, message=replace(message, content=without_thoughts(message.content)))


def _sound_message(message: Message) -> Message:
    calls = tuple(
        replace(c, id=sound(c.id), name=sound(c.name), arguments=sound(c.arguments))
        for c in message.tool_calls
    )
    return replace(message, content=sound(message.content), tool_calls=calls)


class _Shown:
    """What is seen of a reply while it streams."""

    def __init__(self, run: AgentRun, spec: AgentSpec, show: Show | None) -> None:
        self._emit = run.tools.emit
        self._agent = spec.name
        self._show = show
        self._splitter = ThoughtSplitter()
        self._streamed = False

    def thought(self, text: str) -> None:
        if text:
            self._emit(ReasoningDeltaEvent(agent=self._agent, text=sound(text)))

    def text(self, delta: str) -> None:
        self._streamed = True
        self._tell(*self._splitter.feed(delta))

    def close(self, whole: str) -> None:
        """Show what was held back, or the whole reply of a model that streams nothing."""
        if not self._streamed:
            self._tell(*self._splitter.feed(whole))
        self._tell(*self._splitter.close())

    def _tell(self, text: str, thought: str) -> None:
        self.thought(thought)
        if text and self._show is not None:
            self._show(sound(text))
