"""The small pictures of the header and the notes: 16 px, drawn at twice the size.

PNG, since sanitizers take svg away. They say nothing that the words beside them do
not, so they have no words of their own.
"""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files


@cache
def icon(name: str) -> str:
    """The picture as an ``<img>`` that stands before its words."""
    png = (files(__package__) / "png" / f"{name}.png").read_bytes()
    return (
        f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}" alt="" width="16" '
        'height="16" style="display:inline-block;width:16px;height:16px;margin:0 4px 0 0;'
        'vertical-align:-3px;background:transparent"> '
    )
