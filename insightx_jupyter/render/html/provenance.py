"""What the answer rests on: model, time, data, sandbox, privacy, versions."""

from __future__ import annotations

from collections.abc import Iterator

from ...protocol.answer import NumberStatus
from ...protocol.record import FrameFingerprint, Record
from .. import words
from ..escape import html_text, one_line
from .folds import fold
from .style import META, TEXT, code, element

_MOST_FRAMES = 20


def provenance_html(record: Record) -> str:
    """The fold with a table of terms: front ends give lists of terms widths of their own."""
    rows = "".join(_row(name, value) for name, value in _rows(record) if value)
    style = (
        "border-collapse:collapse;table-layout:auto;border:0;margin:0;width:100%;"
        f"font-size:12px;line-height:16px;color:{TEXT};background:#ffffff"
    )
    table = element("table", element("tbody", rows), style)
    return fold("Provenance", "model, data, sandbox, privacy, versions", table)


def _row(name: str, value: str) -> str:
    cell = "border:0;text-align:left;vertical-align:top;background:#ffffff;max-width:none"
    head = f"{cell};padding:2px 16px 2px 0;width:88px;white-space:nowrap;font-weight:400;{META}"
    body = f"{cell};padding:2px 0;color:{TEXT};overflow-wrap:anywhere;white-space:normal"
    term = f'<th scope="row" style="{head}">{html_text(name)}</th>'
    return element("tr", term + element("td", value, body), "background:#ffffff")


def _rows(record: Record) -> Iterator[tuple[str, str]]:
    yield "Question", html_text(one_line(record.question, 2_000))
    yield "Model", html_text(_model(record))
    yield "Tokens", html_text(_tokens(record))
    yield "Time", html_text(_time(record))
    yield "Frames used", "; ".join(_frame(f) for f in record.frames[:_MOST_FRAMES])
    yield "In view", html_text(_in_view(record))
    yield "Result", html_text(_result(record))
    yield "Numbers", html_text(_numbers(record))
    reason = f": {record.sandbox.reason}" if record.sandbox.reason else ""
    yield "Sandbox", html_text(one_line(record.sandbox.level + reason, 300))
    yield "Privacy", html_text(one_line(record.privacy, 300))
    versions = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    yield "Versions", html_text(one_line(versions, 500))
    yield "Run", code(one_line(record.run_id, 60))


def _model(record: Record) -> str:
    if record.model.offline:
        return "Built-in analyst, no language model"
    calls = words.plural(record.usage.calls, "call")
    return f"{one_line(record.model.name, 80)} via {words.provider(record.model)}, {calls}"


def _tokens(record: Record) -> str:
    usage = record.usage
    if usage.prompt_tokens is None and usage.completion_tokens is None:
        return ""
    cached = f" ({usage.cached_tokens:,} of them cached)" if usage.cached_tokens else ""
    return f"{usage.prompt_tokens or 0:,} in{cached}, {usage.completion_tokens or 0:,} out"


def _time(record: Record) -> str:
    steps = [f"{step.agent.value.title()} {words.seconds(step.seconds)}" for step in record.steps]
    names = ", ".join(steps).replace("Sql", "SQL")
    return words.seconds(record.seconds) + (f": {names}" if names else "")


def _frame(frame: FrameFingerprint) -> str:
    text = html_text(f"{one_line(frame.frame, 60)} {frame.rows:,} × {frame.columns:,}")
    return f"{text} {code(frame.fingerprint[:12])}" if frame.fingerprint else text


def _in_view(record: Record) -> str:
    names = [one_line(name, 60) for name in record.frames_in_view]
    return words.listed(names, _MOST_FRAMES) if names else ""


def _result(record: Record) -> str:
    if record.result is None:
        return ""
    table = record.result.table
    return f"{record.result.name}, {table.total_rows:,} × {table.total_columns:,}"


def _numbers(record: Record) -> str:
    by = [n.status for n in words.counted(record.answer)] if record.answer else []
    if record.answer is None or not by:
        return ""
    results = sum(s in (NumberStatus.REFERENCE, NumberStatus.FOUND) for s in by)
    asked = by.count(NumberStatus.QUESTION)
    parts = [f"{results:,} from the results"]
    parts += [f"{asked:,} from the question or the code"] if asked else []
    missing = [one_line(n.text, 40) for n in record.answer.not_found]
    parts += [f"not found: {words.listed(missing)}"] if missing else []
    return ", ".join(parts)
