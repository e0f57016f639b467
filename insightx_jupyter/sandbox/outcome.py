"""What a child says, taken apart: it is hostile, so all is bounded, plain and of known shape."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any

from ..errors import CodeFailed

#: Characters of printed text, bytes and number of figures, bytes of an error's text.
MAX_STDOUT = 100_000
MAX_FIGURES = 20
MAX_FIGURE_BYTES = 8 * 1024 * 1024
MAX_ERROR = 2_000
MAX_WORDS = 600
MAX_TAIL = 500
MAX_TABLES = 16
MAX_NAME = 200
_CUT = f"\n[output cut at {MAX_STDOUT:,} characters]"

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]+[0-~]|[0-Z\\^-~])"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PNG = b"\x89PNG\r\n\x1a\n"


def plain(text: object, limit: int) -> str:
    """``text`` without escape codes and control characters; of rewritten lines the last state."""
    if not isinstance(text, str):
        return ""
    clean = _CONTROLS.sub("", _ESCAPES.sub("", text[: 4 * limit]).replace("\r\n", "\n"))
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in clean.split("\n"))
    return "\n".join(lines)[:limit]


@dataclass
class Output:
    """What the code showed so far, from the messages that it caused."""

    figures: list[tuple[bytes, str]] = field(default_factory=list)
    #: What the last expression showed.
    value: str = ""
    _parts: list[str] = field(default_factory=list)
    _length: int = 0

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Take one message; kinds that do not matter are dropped."""
        if kind == "stream":
            self._print(content.get("text"))
        elif kind in ("display_data", "execute_result"):
            self._show(kind, _mapping(content.get("data")), _mapping(content.get("metadata")))

    def text(self, *more: str, hidden: tuple[str, ...] = ()) -> str:
        """All that was printed, then ``more``, cut with a mark and without ``hidden`` paths."""
        whole = "".join(self._parts)
        for extra in filter(None, more):
            whole += ("\n" if whole and not whole.endswith("\n") else "") + extra
        cleaned = _without(plain(whole, len(whole)), hidden)
        return cleaned if len(cleaned) <= MAX_STDOUT + len(_CUT) else cleaned[:MAX_STDOUT] + _CUT

    def _print(self, text: object) -> None:
        if isinstance(text, str) and self._length <= 2 * MAX_STDOUT:
            self._parts.append(text[: 2 * MAX_STDOUT])
            self._length += len(text)

    def _show(self, kind: str, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        if "image/png" in data:
            self._draw(data["image/png"], _mapping(metadata.get("insightx")).get("words"))
        elif kind == "execute_result":
            self.value = plain(data.get("text/plain"), MAX_STDOUT)
        elif text := data.get("text/plain"):
            self._print(f"{text}\n")

    def _draw(self, encoded: object, words: object) -> None:
        png = _decode(encoded)
        if png is not None and len(self.figures) < MAX_FIGURES:
            self.figures.append((png, plain(words, MAX_WORDS)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The child's own account of how the code ended."""

    failure: CodeFailed | None
    tables: tuple[str, ...]
    #: Whether what the last expression showed is the result itself.
    shown: bool
    text: str


def read_verdict(message: dict[str, Any], hidden: tuple[str, ...]) -> Verdict:
    """The account in ``message``; ``hidden`` are paths that no text may hold."""
    names = message.get("tables")
    tables = names if isinstance(names, list) else []
    failure = message.get("failure")
    return Verdict(
        failure=_failed(failure, hidden) if isinstance(failure, dict) else None,
        tables=tuple(plain(name, MAX_NAME) for name in tables[:MAX_TABLES]),
        shown=message.get("shown") is True,
        text=plain(message.get("text"), MAX_ERROR),
    )


def with_printed(failure: CodeFailed, printed: str) -> CodeFailed:
    """The failure with the end of what the code had printed: it may hold the clue."""
    tail = printed.strip()[-MAX_TAIL:]
    room = MAX_ERROR - len(failure.hint) - len(failure.message) - 20
    if not tail or room < MAX_TAIL:
        return failure
    return CodeFailed(f"{failure.message}\nPrinted before: {tail}\n", hint=failure.hint)


def _failed(failure: dict[str, Any], hidden: tuple[str, ...]) -> CodeFailed:
    """``KeyError: 'x', in line 3: df['x']``, then the lines that led there."""

    def said(key: str, limit: int) -> str:
        return _without(plain(failure.get(key), limit), hidden)

    text = said("type", 80) + (f": {message}" if (message := said("message", 700)) else "")
    if isinstance(line := failure.get("line"), int):
        text += f"\nin line {line}: `{said('text', 160)}`."
    steps = failure.get("steps")
    for step in reversed(steps[:4] if isinstance(steps, list) else []):
        text += f"\ncalled from {plain(step, 200)}."
    hint = said("hint", 500)
    return CodeFailed(text[: MAX_ERROR - len(hint) - 1], hint=hint)


def _without(text: str, hidden: tuple[str, ...]) -> str:
    for path in hidden:
        text = text.replace(path, "")
    return text


def _decode(encoded: object) -> bytes | None:
    if not isinstance(encoded, str) or len(encoded) > 4 * MAX_FIGURE_BYTES // 3 + 4:
        return None
    try:
        png = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        return None
    return png if png.startswith(_PNG) else None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
