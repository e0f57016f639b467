"""Text that leaves for a model, kept short."""

from __future__ import annotations


def clip(text: str, chars: int) -> str:
    """The first ``chars`` characters, marked where something was left out."""
    return text if len(text) <= chars else text[: chars - 1] + "…"


def clip_middle(text: str, chars: int) -> str:
    """Head and tail of a long text: errors and totals stand at the end of what code prints."""
    if len(text) <= chars:
        return text
    mark = f"\n… {len(text) - chars:,} characters left out …\n"
    head = (chars - len(mark)) // 2
    tail = chars - len(mark) - head
    return text[:head] + mark + text[-tail:]


def fenced(text: str, language: str = "") -> str:
    """The text in a markdown fence that nothing inside it can close."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.strip()}\n{fence}"
