"""SQL and Python with inline colours, by pygments (which IPython brings along)."""

from __future__ import annotations

import html as html_module
from functools import lru_cache
from typing import TYPE_CHECKING

from ..escape import visible

if TYPE_CHECKING:
    from pygments.lexer import Lexer  # type: ignore[import-untyped]

#: Longer code is shown without colours: a span for each token is many times its size.
LONGEST_COLOURED = 8_000
LONGEST_CODE = 12_000

_KEYWORD = "color:#008000;font-weight:600"
_STYLES = (
    ("Token.Comment", "color:#408080;font-style:italic"),
    ("Token.Keyword", _KEYWORD),
    ("Token.Operator.Word", _KEYWORD),
    ("Token.Literal.String", "color:#ba2121"),
    ("Token.Literal.Number", "color:#008800"),
    ("Token.Operator", "color:#7800c2"),
    ("Token.Name.Builtin", "color:#0055aa"),
)


def highlight(code: str, language: str) -> str:
    """The code as html; ``language`` is sql or python."""
    shown = visible(code[:LONGEST_CODE]).strip("\n")
    if len(code) > LONGEST_CODE:
        shown += f"\n… cut here; the whole has {len(code):,} characters"
    if len(shown) > LONGEST_COLOURED:
        return html_module.escape(shown)
    parts: list[tuple[str, str]] = []
    before = ""
    for token, text in _lexer(language).get_tokens(shown):
        # What stands behind a dot is a column, though its name be a keyword's.
        style = _style(str(token)) if text.strip() and before != "." else ""
        before = text
        if parts and parts[-1][0] == style:
            parts[-1] = (style, parts[-1][1] + text)
        else:
            parts.append((style, text))
    return "".join(_span(style, text) for style, text in parts).rstrip("\n")


def _span(style: str, text: str) -> str:
    escaped = html_module.escape(text)
    return f'<span style="{style}">{escaped}</span>' if style else escaped


@lru_cache(maxsize=64)
def _style(token: str) -> str:
    return next((style for prefix, style in _STYLES if token.startswith(prefix)), "")


@lru_cache(maxsize=2)
def _lexer(language: str) -> Lexer:
    # Imported here: pygments is not needed before the first answer is drawn.
    from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
    from pygments.lexers.sql import PostgresLexer  # type: ignore[import-untyped]

    return PostgresLexer(stripnl=False) if language == "sql" else PythonLexer(stripnl=False)
