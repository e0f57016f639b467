"""Text from models, cells and column names, made safe for where it is shown."""

from __future__ import annotations

import html
import re

# Bidirectional marks and overrides can make code or a name read as another one.
_BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
_DROPPED = (0x200B, 0x2060, 0xFEFF)
# Tag characters and variation selectors 17 to 256 carry text that nobody sees.
_HIDDEN = (*range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0), 0x180E, *range(0x2061, 0x2065))
# Joiners shape some scripts and join emoji; between other letters they only hide.
_JOINED = "\u0600-\u1fff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_LONE_JOINER = re.compile(f"[\u200c\u200d]+(?![{_JOINED}])|(?<![{_JOINED}])[\u200c\u200d]+")
_LINE_ENDS = (0x0085, 0x2028, 0x2029)


def _visible_table() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
    table |= dict.fromkeys(range(128, 160), "�")
    table |= dict.fromkeys(range(55296, 57344), "�")  # lone surrogates
    table |= {code: f"⟨U+{code:04X}⟩" for code in (*_BIDI, *_HIDDEN)}
    table |= dict.fromkeys(_DROPPED, "")
    table |= dict.fromkeys(_LINE_ENDS, "\n")
    table[0x7F] = "␡"
    return table


_VISIBLE = _visible_table()
_MARKDOWN = re.compile(r"([\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|:(?=//)|(?<=www)\.)")
_BLOCK_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[+-](?=\s|$)|[=-]+$|\d{1,9}(?=[.)](?:\s|$)))")


def visible(text: str) -> str:
    """The text with what nobody sees (controls, overrides, tags) made visible or dropped."""
    shown = printable(text)
    joined = "\u200c" in shown or "\u200d" in shown
    return _LONE_JOINER.sub("", shown) if joined else shown


def printable(text: str) -> str:
    """The same letter by letter, for text that comes in parts: joiners are left alone."""
    return text.replace("\r\n", "\n").translate(_VISIBLE)


def one_line(text: str, limit: int | None = None) -> str:
    """The text visible, on one line; cut to ``limit`` characters with an ellipsis."""
    line = visible(text).replace("\n", " ").replace("\t", " ")
    if limit is not None and len(line) > limit:
        return line[: limit - 1] + "…"
    return line


def html_text(text: str) -> str:
    """The text as html, for element content and quoted attributes alike."""
    return html.escape(visible(text), quote=True)


def markdown_text(text: str) -> str:
    """The text as one line of markdown that shows exactly it."""
    escaped = _MARKDOWN.sub(r"\\\1", one_line(text))
    return _BLOCK_START.sub(_escape_block_start, escaped)


def _escape_block_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    # A digit cannot be escaped; a backslash before the dot after it can.
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def markdown_code(text: str) -> str:
    """The text as it can stand between single backticks."""
    return one_line(text).replace("`", "ˋ")


def fenced(code: str, language: str) -> str:
    """The code as a fenced block; the fence is longer than any run of backticks in it."""
    shown = visible(code)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{shown}\n{fence}"
