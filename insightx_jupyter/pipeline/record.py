"""The record of a run, made from what it said and what it computed."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from ..data.egress import slice_table
from ..protocol.answer import Usage
from ..protocol.events import (
    AgentEvent,
    CancelledEvent,
    ErrorEvent,
    Event,
    FinalResponseEvent,
    OrchestratorResultEvent,
    UsageEvent,
    WarningEvent,
)
from ..protocol.record import (
    FailureRecord,
    FrameFingerprint,
    ModelInfo,
    Record,
    SandboxInfo,
    StepRecord,
)
from ..protocol.results import FrameRead, NamedTable

if TYPE_CHECKING:
    from ..protocol.dna import DataDna
    from ..tools.results import Results
    from .request import RunRequest

#: What an answer shows of its result.
_SHOWN_ROWS = 10
_SHOWN_COLUMNS = 12
_PACKAGES = ("insightx-jupyter", "duckdb", "pandas", "pyarrow")

E = TypeVar("E")


def make_record(
    request: RunRequest,
    events: Iterable[Event],
    results: Results,
    dna: DataDna | None,
    *,
    model: ModelInfo,
    sandbox: SandboxInfo,
    frames_in_view: tuple[str, ...],
) -> Record:
    """One record of a run that has ended: answered, failed or cancelled."""
    events = tuple(events)
    final = _last(events, FinalResponseEvent)
    plan = _last(events, OrchestratorResultEvent)
    usage = _last(events, UsageEvent)
    reads = results.frames_read()
    return Record(
        run_id=request.run_id,
        question=request.question,
        asked_at=events[0].ts,
        seconds=events[-1].ts - events[0].ts,
        status=_status(events[-1]),
        model=model,
        sandbox=sandbox,
        privacy=request.settings.privacy,
        frames_in_view=frames_in_view,
        plan=plan.plan if plan else None,
        steps=_steps(events),
        sql=tuple(results.sql),
        python=tuple(results.python),
        result=_shown(results),
        result_code=request.result_code,
        figures=tuple(results.figures),
        answer=final.answer if final else None,
        choices=final.choices if final else (),
        followups=final.followups if final else (),
        warnings=tuple(e.message for e in events if isinstance(e, WarningEvent)),
        failure=_failure(events[-1]),
        reads=reads,
        frames=_fingerprints(reads, dna),
        usage=usage.usage if usage else Usage(),
        versions=dict(_versions()),
    )


def _last(events: tuple[Event, ...], kind: type[E]) -> E | None:
    return next((e for e in reversed(events) if isinstance(e, kind)), None)


def _status(last: Event) -> str:
    if isinstance(last, ErrorEvent):
        return "failed"
    return "cancelled" if isinstance(last, CancelledEvent) else "answered"


def _failure(last: Event) -> FailureRecord | None:
    if isinstance(last, ErrorEvent):
        return FailureRecord(code=last.code, message=last.message, hint=last.hint)
    if isinstance(last, CancelledEvent):
        who = {"user": "you", "interrupt": "an interrupt", "shutdown": "the kernel's end"}[last.by]
        during = f" while {last.during}" if last.during else ""
        return FailureRecord(code="cancelled", message=f"Stopped by {who}{during}.")
    return None


def _steps(events: tuple[Event, ...]) -> tuple[StepRecord, ...]:
    return tuple(
        StepRecord(agent=e.agent, summary=e.summary, seconds=e.seconds or 0.0)
        for e in events
        if isinstance(e, AgentEvent) and e.phase == "finished"
    )


def _shown(results: Results) -> NamedTable | None:
    table = results.final
    if table is None or results.final_name is None:
        return None
    shown = slice_table(table, rows=_SHOWN_ROWS, columns=_SHOWN_COLUMNS)
    return NamedTable(name=results.final_name, table=shown)


def _fingerprints(
    reads: tuple[FrameRead, ...], dna: DataDna | None
) -> tuple[FrameFingerprint, ...]:
    profiles = [dna.frame(read.frame) for read in reads] if dna else []
    return tuple(
        FrameFingerprint(
            frame=p.name, rows=p.rows, columns=len(p.columns), fingerprint=p.fingerprint
        )
        for p in profiles
        if p is not None
    )


@cache
def _versions() -> Mapping[str, str]:
    """Read once: looking up a package's metadata takes milliseconds."""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "unknown"  # run from a checkout that was never installed
    return MappingProxyType(versions)
