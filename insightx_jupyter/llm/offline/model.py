"""The built-in analyst: English questions read by rule, answered by shipped SQL and Python.

It speaks the protocol of any model, so the same agents, tools and checks stand
around it. It never guesses: a question that it does not read is an error that
says so, and how to connect a model.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable

from ...errors import OurFault, QuestionNotRead, UserMustAct
from ...protocol.answer import Usage
from ...protocol.dna import DataDna
from ...protocol.plan import AgentName
from ...protocol.record import ModelInfo
from ..base import ChatRequest, Delta, Message, Reply, TextDelta, ToolCall
from .intent import Reading
from .reading import read
from .writing import answer_for, explanation_for, python_for, results_in, road_for, sql_for
from .writing.followups import suggestions

DnaReader = Callable[[], Awaitable[DataDna]] | Callable[[], DataDna]

CONNECT = "To ask in your own words, set BYTEZ_API_KEY, or INSIGHTX_API_KEY and INSIGHTX_BASE_URL."
#: How the SQL worker and the Python child say that the user's own limit was reached.
_TIMED_OUT = re.compile(
    r"\A(?:Error: )?(?:(?:TimeoutError: the code ran|The query took) longer than ([\d.e+-]+ s)"
    r"|INTERRUPT Error: Query exceeded maximum execution time)"
)
#: Letters of the text that come at once.
_DELTA = 160


_RAISE = "Raise it with --timeout."


class OfflineAnalyst:
    """A ChatModel that needs no key and no network.

    ``dna`` gives the Data DNA of the frames in view, also as an awaitable.
    """

    def __init__(self, dna: DnaReader) -> None:
        self._dna = dna

    @property
    def info(self) -> ModelInfo:
        """See ChatModel."""
        return ModelInfo(provider="offline", name="offline analyst")

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """See ChatModel.

        Raises:
            QuestionNotRead: the question is not one that it reads.
            UserMustAct: what it wrote was stopped at the user's own time limit.
            OurFault: SQL or Python that it wrote was turned down.
        """
        given = self._dna()
        dna = await given if inspect.isawaitable(given) else given
        message = _reply(request, dna)
        for start in range(0, len(message.content), _DELTA):
            yield TextDelta(message.content[start : start + _DELTA])
        reason = "tool_calls" if message.tool_calls else "stop"
        yield Reply(message, Usage(calls=1), finish_reason=reason)

    async def aclose(self) -> None:
        """Nothing is held."""


def _reply(request: ChatRequest, dna: DataDna) -> Message:
    """The reply of the agent that asks. Each call reads the question anew."""
    context = request.context
    reading = _read(context.question, dna)
    match context.agent:
        case AgentName.ORCHESTRATOR:
            return Message("assistant", _plan(reading, dna, python_runs=context.python_runs))
        case AgentName.SQL:
            _refuse_repair(request)
            query = sql_for(reading.intent, dna, python_runs=context.python_runs)
            return _call("run_sql", {"query": query, "final": True})
        case AgentName.PYTHON:
            _refuse_repair(request)
            return _call("run_python", {"code": python_for(reading.intent, dna), "final": True})
        case AgentName.COMPOSER:
            shapes = results_in(request.messages)
            text = answer_for(
                reading,
                dna,
                shapes,
                readable=_readable(dna),
                python_runs=context.python_runs,
            )
            return Message("assistant", text)
        case AgentName.EXPLAINER:
            return Message("assistant", explanation_for(reading, dna, readable=_readable(dna)))


def _read(question: str, dna: DataDna) -> Reading:
    found = read(question, dna)
    if isinstance(found, Reading):
        return found
    raise QuestionNotRead(found.reason, hint=_hint(found.suggestions, dna))


def _readable(dna: DataDna) -> Callable[[str], bool]:
    return lambda question: isinstance(read(question, dna), Reading)


def _hint(nearest: tuple[str, ...], dna: DataDna) -> str:
    """What can be asked of this data, and how to ask something else."""
    asked = dict.fromkeys([*nearest, *suggestions(dna, _readable(dna))])
    examples = " or ".join(f"“{question.rstrip('?. ')}”" for question in list(asked)[:2])
    return f"It reads questions such as {examples}. {CONNECT}" if examples else CONNECT


def _plan(reading: Reading, dna: DataDna, *, python_runs: bool) -> str:
    road = road_for(reading.intent, dna, python_runs=python_runs)
    plan = {
        "classification": road.classification.value,
        "reasoning": road.reasoning,
        "columns_needed": list(road.columns),
        "next_agents": [agent.value for agent in road.classification.agents],
    }
    return json.dumps(plan, ensure_ascii=False)


def _call(tool: str, arguments: dict[str, object]) -> Message:
    call = ToolCall("call_1", tool, json.dumps(arguments))
    return Message("assistant", tool_calls=(call,))


def _refuse_repair(request: ChatRequest) -> None:
    """What is shipped is not repaired by trying: that it failed is a defect."""
    failed = [message.content for message in request.messages if message.role == "tool"]
    if failed:
        late = _TIMED_OUT.match(failed[-1])
        if late:
            limit = f" of {late[1]}" if late[1] else ""
            raise UserMustAct(f"It took longer than the limit{limit}.", hint=_RAISE)
        raise OurFault(f"The offline analyst's own code failed. {failed[-1]}")
