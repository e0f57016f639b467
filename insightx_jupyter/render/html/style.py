"""Literal colours and sizes, and the few lines that put them on elements."""

from __future__ import annotations

from ..escape import html_text

TEXT = "#212121"  # black 87 % on white
MUTED = "#5c5c5c"  # black 64 % on white
LINE = "#e0e0e0"
STRONG_LINE = "#bdbdbd"
CONTROL = "#8a8a8a"
WELL = "#f5f5f5"
BRAND = "#1976d2"
LOGO = "#1565c0"
ERROR_TEXT, ERROR_EDGE = "#b71c1c", "#d32f2f"
WARN_TEXT, WARN_EDGE, WARN_TINT = "#8f3b00", "#d86400", "#faeade"
OK_TEXT = "#1b5e20"
INFO_TEXT, INFO_EDGE = "#006064", "#00838f"

UI = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
MONO = "Menlo,Consolas,'DejaVu Sans Mono',monospace"

#: Card: every element below says its colour again, since notebook themes colour
#: tables, code and headings by element.
CARD = (
    f"background:#ffffff;color:{TEXT};border:1px solid {LINE};border-radius:4px;"
    f"font-family:{UI};font-size:13px;line-height:20px;text-align:left;"
    "font-variant-numeric:tabular-nums;word-wrap:break-word;overflow-wrap:anywhere"
)
META = f"font-size:12px;line-height:16px;color:{MUTED}"
CODE = (
    f"font-family:{MONO};font-size:12px;line-height:16px;color:{TEXT};"
    "background:transparent;padding:0;border:0"
)


def element(tag: str, content: str, style: str = "", **attributes: str | None) -> str:
    """One element. ``content`` is html; attribute values are text; None leaves one out."""
    shown = "".join(
        f' {name}="{html_text(value)}"' for name, value in attributes.items() if value is not None
    )
    styled = f' style="{style}"' if style else ""
    return f"<{tag}{shown}{styled}>{content}</{tag}>"


def code(text: str) -> str:
    """Inline code."""
    return element("code", html_text(text), CODE)


def note(picture: str, bold: str, rest: str, edge: str) -> str:
    """A card with a coloured left edge that its reader has to see; ``picture`` is html."""
    style = (
        f"display:flex;margin:0 12px 16px;padding:8px 12px;max-width:720px;color:{TEXT};"
        f"background:#ffffff;border:1px solid {LINE};border-left:3px solid {edge};border-radius:2px"
    )
    strong = element("b", html_text(bold), "font-weight:600") if bold else ""
    words = element("span", f"{strong} {html_text(rest)}".strip(), f"color:{TEXT}")
    return element("p", f"{element('span', picture, 'flex:none;margin-right:4px')}{words}", style)


#: Accent and its 9 % tint on white, by agent.
AGENTS = {
    "orchestrator": ("#5e35b1", "#f0edf8"),
    "sql": ("#1565c0", "#eaf1f9"),
    "python": ("#00695c", "#e8f1f0"),
    "composer": ("#ad1457", "#f8eaf0"),
    "explainer": ("#8a4b00", "#f4efe8"),
}
