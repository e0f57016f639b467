"""Server-sent events out of bytes that arrive in any cut (WHATWG HTML, section 9.2).

Lines end at LF, CRLF or CR and nowhere else: ``str.splitlines`` would also split
at U+2028 and U+0085, which may stand inside a JSON text.
"""

from __future__ import annotations

import re

#: One event may be this long, bytes; a stream without blank lines must not fill the memory.
MAX_EVENT = 4 * 1024 * 1024

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class EventTooLong(ValueError):
    """An event grew beyond MAX_EVENT."""


class SseParser:
    """Feed it bytes as they come, get the ``data`` of each event that they complete.

    Comments and all fields but ``data`` are passed over.
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._size = 0
        self._after_cr = False
        self._first = True

    def feed(self, data: bytes) -> list[str]:
        """The events that end in ``data``. Raises EventTooLong."""
        if self._after_cr and data[:1] == b"\n":
            data = data[1:]
            self._after_cr = False
        if not data:
            return []
        self._after_cr = data.endswith(b"\r")
        *whole, rest = _LINE_END.split(data)
        events: list[str] = []
        for line in whole:
            self._take(bytes(self._line) + line, events)
            self._line.clear()
        self._line += rest
        if self._size + len(self._line) > MAX_EVENT:
            raise EventTooLong
        return events

    def finish(self) -> list[str]:
        """What the end of the stream completes: an event whose lines are whole.

        The standard drops it; servers that end with one line feed mean it. A line
        that was cut is dropped.
        """
        events: list[str] = []
        self._take(b"", events)
        return events

    def _take(self, line: bytes, events: list[str]) -> None:
        if self._first:
            self._first = False
            line = line.removeprefix(_BOM)
        if not line:
            if self._data:
                events.append(b"\n".join(self._data).decode("utf-8", "replace"))
                self._data.clear()
                self._size = 0
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)
