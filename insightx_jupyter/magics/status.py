"""``/status`` and ``/keys`` in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..config import Settings

if TYPE_CHECKING:
    from ..metrics import Metrics, Timing
    from ..session import Session


def status_text(session: Session, settings: Settings) -> str:
    """Model, sandbox and privacy, then what this session has done so far."""
    from ..errors import InsightXError

    try:
        info = session.model_info(settings)
        sandbox = session.sandbox(settings)
    except InsightXError as error:
        model, runs = f"none: {error}", "no model, so nothing runs"
    else:
        model = "offline analyst, no model" if info.offline else f"{info.name} via {info.provider}"
        runs = f"{sandbox.level}: {sandbox.reason}"
    lines = [
        f"Model     {model}",
        f"Sandbox   {runs}",
        f"Privacy   {settings.privacy}: at most 30 rows of each result go to the model; "
        "the offline analyst sends nothing",
    ]
    return "\n".join([*lines, *_metrics_lines(session.metrics)])


def keys_text() -> str:
    """The keys at hand by fingerprint, never the keys."""
    from ..session.models import key_fingerprints

    keys = key_fingerprints()
    if not keys:
        return "No key is set. The offline analyst answers, or a model that needs no key."
    return "\n".join(f"{name:22} {mark}" for name, mark in keys)


def _metrics_lines(metrics: Metrics) -> list[str]:
    lines: list[str] = []
    for kind in ("run", "question", "agent", "tool", "model", "error"):
        totals = metrics.totals(kind)
        if totals:
            lines.append("")
            lines.append(f"{kind + 's':24}{'count':>7}{'errors':>8}{'mean s':>9}")
            lines += [_metrics_line(name, timing) for name, timing in totals.items()]
    return lines or ["", "No question was asked in this session yet."]


def _metrics_line(name: str, timing: Timing) -> str:
    return f"  {name:22}{timing.count:7}{timing.errors:8}{timing.mean:9.3f}"
