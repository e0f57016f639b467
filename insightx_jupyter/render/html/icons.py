"""The small pictures of the header and the notes: 16 px, drawn at twice the size.

PNG, since sanitizers take svg away. Each has a word of its own: JupyterLab calls a
picture without one "Image".
"""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

_WORDS = {
    "clock": "Time",
    "error": "Error",
    "frames": "Frames",
    "logo": "Answer by",
    "model": "Model",
    "offline": "Offline",
    "ok": "Checked",
    "privacy": "Privacy",
    "sandbox": "Sandbox",
    "stopped": "Stopped",
    "unisolated": "Not isolated",
    "warning": "Warning",
}


@cache
def icon(name: str) -> str:
    """The picture as an ``<img>`` that stands before its words."""
    png = (files(__package__) / "png" / f"{name}.png").read_bytes()
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return (
        f'<img src="{source}" alt="{_WORDS[name]}" width="16" height="16" '
        'style="display:inline-block;width:16px;height:16px;margin:0 4px 0 0;'
        'vertical-align:-3px;background:transparent"> '
    )
