"""The running display as plain html, drawn afresh from the state at each update."""

from __future__ import annotations

from collections.abc import Iterator

from ..protocol.answer import FilledText
from ..protocol.plan import AgentName
from . import words
from .escape import html_text, one_line
from .html.folds import code_box
from .html.header import head
from .html.highlight import highlight
from .html.icons import icon
from .html.prose import blocks_html
from .html.style import (
    AGENTS,
    BRAND,
    CARD,
    CONTROL,
    ERROR_EDGE,
    META,
    MUTED,
    TEXT,
    WARN_EDGE,
    WARN_TEXT,
    element,
    note,
)
from .live_view import LiveCode, LiveStep, LiveView
from .prose import read_prose

__all__ = ["LiveView", "live_html"]

_NAMES = {AgentName.SQL: "SQL"}
_MARKS = {"waiting": "○", "running": "◐", "done": "✓"}
_STATES = {"waiting": "waiting", "running": "running", "done": "done"}


def live_html(view: LiveView, *, now: float | None = None) -> str:
    """The state as a card: header, rail of agents, text in a slot of its own, notes.

    ``now`` (seconds since the epoch) moves the elapsed times on where no event came.
    """
    view = view if now is None else view.at(now)
    parts = [
        head(_facts(view), _right(view)),
        _status(view),
        _rail(view),
        # Below the text: a note that comes while it is read must not move it.
        _text(view),
        *_notes(view),
    ]
    return element("div", "\n".join(part for part in parts if part), CARD)


def _facts(view: LiveView) -> list[str]:
    facts = []
    if view.model is not None:
        name = "offline" if view.model.offline else "model"
        facts.append(icon(name) + html_text(words.model(view.model)))
    if view.sandbox is not None and view.sandbox.level != "none":
        bad = view.sandbox.level == "unisolated"
        label = "Unisolated" if bad else f"Sandbox: {view.sandbox.level}"
        shown = html_text(label)
        shown = element("b", shown, f"color:{WARN_TEXT};font-weight:600") if bad else shown
        facts.append(icon("unisolated" if bad else "sandbox") + shown)
    if view.privacy:
        facts.append(icon("privacy") + html_text(f"Privacy: {view.privacy}"))
    if view.frames is not None:
        facts.append(icon("frames") + html_text(f"{words.plural(view.frames, 'frame')} in view"))
    return facts


def _right(view: LiveView) -> str:
    spent = f"{view.elapsed:.1f} s" if view.elapsed < 60 else f"{view.elapsed:.0f} s"
    if view.ended:
        ended = {"answered": "Done", "failed": "Failed", "cancelled": "Stopped"}[view.ended]
        return html_text(f"{ended} after {spent}")
    return html_text(f"Running, {spent} · interrupt the kernel to stop")


def _status(view: LiveView) -> str:
    """What is being done, while no agent's row says it."""
    if view.ended or any(step.state == "running" for step in view.steps):
        return ""
    text = view.status or "Starting"
    if view.progress is not None:
        task, done, total = view.progress
        text = f"{task}, {done:,} of {total:,}"
    return element("p", html_text(one_line(text, 300)), f"margin:0;padding:12px;color:{TEXT}")


def _rail(view: LiveView) -> str:
    steps = "".join(_step(step, view) for step in view.steps)
    return element("div", steps, "padding:8px 0") if steps else ""


def _step(step: LiveStep, view: LiveView) -> str:
    colour = {"done": "#388e3c", "running": "#1976d2"}.get(step.state, MUTED)
    mark = element(
        "span",
        _MARKS[step.state],
        f"display:inline-block;width:20px;color:{colour}",
        title=_STATES[step.state],
    )
    spent = _seconds(step, view)
    style = (
        "display:flex;flex-wrap:wrap;align-items:center;gap:4px 8px;"
        "padding:4px 12px;min-height:20px"
    )
    row = " ".join(
        [mark, _badge(step.agent), element("span", html_text(_phrase(step)), f"color:{TEXT}")]
    )
    row += " " + element("span", spent, f"margin-left:auto;{META}") if spent else ""
    return element("div", row, style) + "".join(_inside(step))


def _badge(agent: AgentName) -> str:
    colour, tint = AGENTS[agent.value]
    style = (
        f"padding:2px 8px;border-radius:2px;font-size:12px;line-height:16px;font-weight:600;"
        f"color:{colour};background:{tint}"
    )
    return element("b", _NAMES.get(agent, agent.value.title()), style)


def _phrase(step: LiveStep) -> str:
    if step.phrase:
        return one_line(step.phrase, 160)
    return {"waiting": "", "running": "at work", "done": "done"}[step.state]


def _seconds(step: LiveStep, view: LiveView) -> str:
    if step.seconds is not None:
        return html_text(words.seconds(step.seconds))
    if step.state == "running" and step.started:
        return html_text(f"{max(0.0, view.now - step.started):.1f} s")
    return ""


def _inside(step: LiveStep) -> Iterator[str]:
    """The step's thinking folded; its last code open while it runs, folded after."""
    if step.thinking.strip():
        lines = step.thinking.strip().split("\n")
        text = element(
            "p", "<br>".join(html_text(line) for line in lines[-40:]), f"margin:0;{META}"
        )
        yield _small_fold(f"Thinking, {words.plural(len(lines), 'line')}", text, opened=False)
    for number, code in enumerate(step.codes, 1):
        current = step.state == "running" and number == len(step.codes)
        yield _code(code, current)


def _code(code: LiveCode, current: bool) -> str:
    name = "SQL" if code.language == "sql" else "Python"
    state = code.about or (
        "running" if code.ok is None else "done" if code.ok else "refused or failed"
    )
    lines = words.plural(len(code.code.strip("\n").split("\n")), "line")
    box = code_box([f"run_{code.language}", state], highlight(code.code[-20_000:], code.language))
    if code.message and code.ok is False:
        box += element(
            "p", html_text(one_line(code.message, 500)), f"margin:0 0 4px;color:{WARN_TEXT}"
        )
    return _small_fold(f"{name}, {lines}, {state}", box, opened=current)


def _small_fold(title: str, content: str, *, opened: bool) -> str:
    summary = element("summary", html_text(title), f"cursor:pointer;padding:2px 0;{META}")
    state = " open" if opened else ""
    return f'<details{state} style="padding:0 12px 4px 40px">{summary}{content}</details>'


def _notes(view: LiveView) -> Iterator[str]:
    for warning in view.warnings:
        yield note(icon("warning"), "", one_line(warning, 1_000), WARN_EDGE)
    if view.approval:
        yield note("", "Waiting for your yes.", "The code below runs only if you say so.", BRAND)
        yield element(
            "div", code_box(["waiting"], html_text(view.approval[:20_000])), "padding:0 12px"
        )
    if view.ending:
        yield _ending(view)


def _ending(view: LiveView) -> str:
    failed = view.ended == "failed"
    name, edge = ("error", ERROR_EDGE) if failed else ("stopped", CONTROL)
    return note(icon(name), "", one_line(view.ending, 2_000), edge)


_SLOT = (
    "min-height:120px;max-width:720px;padding:4px 12px 8px 40px;"
    f"font-size:14px;line-height:24px;color:{TEXT}"
)
_UNCHECKED = "Numbers are checked against the results when the text is complete."
_WRITERS = (AgentName.COMPOSER, AgentName.EXPLAINER)


def _text(view: LiveView) -> str:
    """The running text in a slot of at least five lines, kept free once its agent began."""
    writing = any(step.agent in _WRITERS and step.state != "waiting" for step in view.steps)
    if not (view.text or writing) or view.ended in ("failed", "cancelled"):
        return ""
    filled = view.answer or FilledText(template="", text=view.text)
    slot = element("div", blocks_html(read_prose(filled)), _SLOT)
    if view.answer is not None:
        return slot
    return slot + element("p", _UNCHECKED, f"margin:0;padding:4px 12px 12px 40px;{META}")
