"""Figures that came back from code: PNGs with a size and words in their place."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable

from ..protocol.results import Figure
from .text import clip

#: What an answer can carry; a notebook that is saved holds every byte of it.
FIGURES = 10
FIGURE_BYTES = 4 * 1024 * 1024
_ALT_CHARS = 300

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def figures_of(name: str, drawn: Iterable[tuple[bytes, str]]) -> tuple[Figure, ...]:
    """The figures of result ``name``. What is no PNG, or too large, is left out."""
    kept: list[Figure] = []
    for png, words in drawn:
        size = png_size(png)
        if size is None or len(png) > FIGURE_BYTES or len(kept) == FIGURES:
            continue
        kept.append(
            Figure(
                name=f"{name}_figure{len(kept) + 1}",
                png_base64=base64.b64encode(png).decode("ascii"),
                alt=clip(" ".join(words.split()), _ALT_CHARS) or "Chart without a title",
                width=size[0],
                height=size[1],
            )
        )
    return tuple(kept)


def png_size(png: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the header (PNG specification 11.2.2); None: no PNG."""
    if len(png) < 24 or not png.startswith(_SIGNATURE) or png[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", png[16:24])
    return width, height
