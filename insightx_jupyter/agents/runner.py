"""The one loop between a model and its tools.

A conversation goes on until the agent has what it was started for. Whatever the
model does wrong goes back to it as text, ``TRIES`` times in one conversation;
whatever the transport or the user does ends the run and never becomes a prompt.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..config import TRIES
from ..errors import InsightXError, RunFailed, ToolMisused
from ..llm.base import Message, ToolCall
from .asking import Show, ask_model
from .base import LABELS, AgentOutcome, Ended
from .calling import CORRECTABLE, Caller, error_text
from .plain import calls_in_text

if TYPE_CHECKING:
    from ..tools.base import ToolOutcome
    from .base import AgentRun, AgentSpec

log = logging.getLogger("insightx.agent")

#: Calls of one reply that are run; what goes beyond is refused.
_CALLS = 8
_LAST_LOOK = "\nThat was the last look: the next reply has to be final."


async def run_agent(
    spec: AgentSpec, messages: Sequence[Message], run: AgentRun, *, show: Show | None = None
) -> AgentOutcome:
    """Let the model and the tools talk until the agent is done.

    Raises:
        RunFailed: the tries are spent, from the last error; or the turns are.
        UserMustAct, OurFault: as they came from the model or a tool.
    """
    talk = _Conversation(spec, run, list(messages))
    for left in reversed(range(spec.turns)):
        reply = await ask_model(run, spec, talk.messages, show)
        talk.hear(reply)
        ended = await talk.answer(last_look=left == 1)
        if ended is not None:
            return ended
    return talk.out_of_turns()


class _Conversation:
    """What was said, what came of it, and how many tries are left."""

    def __init__(self, spec: AgentSpec, run: AgentRun, messages: list[Message]) -> None:
        self.messages = messages
        self._spec = spec
        self._run = run
        self._caller = Caller(run, spec)
        self._calls: tuple[ToolCall, ...] = ()
        self._native = True
        self._text = ""
        self._last_text = ""
        self._outcomes: list[ToolOutcome] = []
        self._failures = 0
        self._made = 0

    def hear(self, reply: Message) -> None:
        """Take the reply in: its text, and its calls whichever way they were written."""
        self._text = reply.content.strip()
        self._last_text = self._text or self._last_text
        self._native = bool(reply.tool_calls)
        found = reply.tool_calls or calls_in_text(reply.content, self._spec)
        self._calls = self._with_ids(found)
        if self._native:
            self.messages.append(replace(reply, tool_calls=self._calls))
        elif self._text:
            self.messages.append(replace(reply, tool_calls=()))

    async def answer(self, *, last_look: bool) -> AgentOutcome | None:
        """Run the calls, or judge the text; None where the conversation goes on."""
        if not self._calls:
            return self._judge_text()
        before = len(self._outcomes)
        error = await self._run_calls(last_look)
        if self._is_done(error, self._outcomes[before:]):
            return self._end(self._spec.wants)
        return None if error is None else self._count_failure(error)

    def out_of_turns(self) -> AgentOutcome:
        """What can still be made of a conversation without an end.

        Raises:
            RunFailed: nothing.
        """
        log.warning("run %s: %s out of turns", self._run.tools.run_id, self._spec.name.value)
        # Text beside calls announces what is looked at; it is no answer.
        if any(o.payload is not None for o in self._outcomes):
            return self._end("turns")
        raise RunFailed(
            f"The {LABELS[self._spec.name]} came to no end in {self._spec.turns} calls.",
            hint="Ask in a narrower way.",
        )

    def _with_ids(self, calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
        """Calls with ids that tell them apart: some providers send none, or one for all."""
        seen: set[str] = set()
        named = []
        for call in calls:
            self._made += 1
            own = call if call.id and call.id not in seen else replace(call, id=f"c{self._made}")
            seen.add(own.id)
            named.append(own)
        return tuple(named)

    async def _run_calls(self, last_look: bool) -> InsightXError | None:
        """Run the calls in order; the last error of those that failed."""
        failed: InsightXError | None = None
        for position, call in enumerate(self._calls):
            try:
                if position >= _CALLS:
                    raise ToolMisused(f"Not run: at most {_CALLS} calls in one reply.")
                outcome = await self._caller.call(call)
            except CORRECTABLE as error:
                failed = error
                self._tell(call, f"Error: {error_text(error)}")
            else:
                self._outcomes.append(outcome)
                self._tell(call, outcome.text + (_LAST_LOOK if last_look else ""))
        return failed

    def _is_done(self, error: InsightXError | None, new: Sequence[ToolOutcome]) -> bool:
        if self._spec.wants == "result":
            return error is None and any(o.final for o in new)
        return bool(self._text) and all(c.name in self._spec.beside for c in self._calls)

    def _judge_text(self) -> AgentOutcome | None:
        """A reply without calls ends the conversation, unless it says nothing."""
        if not self._text:
            return self._count_failure(ToolMisused("The reply was empty."), say=True)
        if self._gave_up_too_soon():
            return self._count_failure(_nothing_ran(self._spec), say=True)
        return self._end("text")

    def _gave_up_too_soon(self) -> bool:
        """Prose instead of a call, and not the sentence that says why there is none."""
        nothing = self._spec.wants == "result" and not self._outcomes and not self._failures
        return nothing and not self._text.casefold().startswith("cannot")

    def _count_failure(self, error: InsightXError, *, say: bool = False) -> AgentOutcome | None:
        """One try less.

        Raises:
            RunFailed: it was the last and no final result stands.
        """
        self._failures += 1
        if self._failures > TRIES:
            if any(o.final for o in self._outcomes):
                return self._end("result")
            raise RunFailed(
                f"The {LABELS[self._spec.name]} failed {self._failures} times. "
                f"Last: {error_text(error)}",
                hint="Ask in another way, or name the columns.",
            ) from error
        if say:
            self.messages.append(Message("user", f"Error: {error_text(error)}"))
        return None

    def _tell(self, call: ToolCall, text: str) -> None:
        if self._native:
            self.messages.append(Message("tool", text, tool_call_id=call.id))
        else:
            self.messages.append(Message("user", f"{call.name}: {text}"))

    def _end(self, how: Ended) -> AgentOutcome:
        return AgentOutcome(self._last_text, tuple(self._outcomes), tuple(self.messages), ended=how)


def _nothing_ran(spec: AgentSpec) -> ToolMisused:
    tools = " or ".join(sorted({tool for tool, _ in spec.fences.values()}))
    return ToolMisused(
        f"Nothing was run. Call {tools}, or, if the data cannot answer, "
        "reply `Cannot:` and what is missing."
    )
