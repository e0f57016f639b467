"""The record in every form that a notebook can show."""

from __future__ import annotations

from typing import Any

from ..protocol.record import RECORD_MIME, Record
from .html.record import record_html
from .markdown import markdown
from .plain import plain


def bundle(record: Record) -> dict[str, Any]:
    """MIME type to content: plain text, markdown, self-contained html, and the record."""
    return {
        "text/plain": plain(record),
        "text/markdown": markdown(record),
        "text/html": record_html(record),
        RECORD_MIME: record.model_dump(mode="json"),
    }
