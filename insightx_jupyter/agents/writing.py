"""From a reply to an answer: streamed, taken apart, filled in, mended once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import RunFailed
from ..llm.base import Message
from ..protocol.answer import FilledText
from ..protocol.events import TextDeltaEvent
from ..render.references import FillStream, problems
from .base import Composed
from .prose import Draft, ProseOnly, split_reply
from .runner import run_agent

if TYPE_CHECKING:
    from ..protocol.dna import DataDna
    from .base import AgentRun, AgentSpec

log = logging.getLogger("insightx.agent")

_PROBLEMS = 10


async def write_answer(run: AgentRun, spec: AgentSpec, messages: Sequence[Message]) -> Composed:
    """The agent's answer with its references filled in.

    References that name no cell go back once; what is wrong after that stands marked.

    Raises:
        RunFailed: no text came.
        UserMustAct, OurFault: as they came from the model or a tool.
    """
    dna = await run.tools.dna()
    shown = _Shown(run, spec, dna)
    first = await run_agent(spec, messages, run, show=shown.feed)
    shown.close()
    composed, wrong = fill_draft(run, split_reply(first.text), dna)
    if not wrong:
        return composed
    log.info("run %s: %d references name no cell", run.tools.run_id, len(wrong))
    mended = await _mended(run, spec, [*first.messages, _asking(wrong)], dna)
    return composed if mended is None or len(mended[1]) > len(wrong) else mended[0]


def fill_draft(run: AgentRun, draft: Draft, dna: DataDna) -> tuple[Composed, list[str]]:
    """The draft filled in, and what is wrong with its references."""
    tables, known = run.tools.results.tables, _known(run)

    def filled(template: str) -> FilledText:
        return run.fill(template, tables, dna, known=known)

    prose = filled(draft.prose)
    choices = [filled(c) for c in draft.choices]
    followups = [filled(f) for f in draft.followups]
    wrong = [p for part in (prose, *choices, *followups) for p in problems(part)]
    composed = Composed(prose, tuple(c.text for c in choices), tuple(f.text for f in followups))
    return composed, list(dict.fromkeys(wrong))


async def _mended(
    run: AgentRun, spec: AgentSpec, messages: Sequence[Message], dna: DataDna
) -> tuple[Composed, list[str]] | None:
    try:
        reply = (await run_agent(spec, messages, run)).text
    except RunFailed as error:
        # The first answer stands, its bad references marked.
        log.info("run %s: no mended answer: %s", run.tools.run_id, error.code)
        return None
    return fill_draft(run, split_reply(reply), dna)


def _asking(wrong: Sequence[str]) -> Message:
    lines = "\n".join(f"- {problem}" for problem in wrong[:_PROBLEMS])
    return Message(
        "user", f"These references name no cell:\n{lines}\nWrite the whole answer again, mended."
    )


def _known(run: AgentRun) -> str:
    """Texts whose numbers an answer may repeat without a reference."""
    results = run.tools.results
    queries = (result.query for result in results.sql)
    code = (f"{result.code}\n{result.stdout}" for result in results.python)
    return "\n".join((run.question, *queries, *code))


class _Shown:
    """The prose as it streams, references filled in."""

    def __init__(self, run: AgentRun, spec: AgentSpec, dna: DataDna) -> None:
        self._emit = run.tools.emit
        self._agent = spec.name
        self._prose = ProseOnly()
        self._fill = FillStream(run.tools.results.tables, dna)

    def feed(self, delta: str) -> None:
        self._show(self._fill.feed(self._prose.feed(delta)))

    def close(self) -> None:
        self._show(self._fill.feed(self._prose.close()) + self._fill.close())

    def _show(self, text: str) -> None:
        if text:
            self._emit(TextDeltaEvent(agent=self._agent, text=text))
