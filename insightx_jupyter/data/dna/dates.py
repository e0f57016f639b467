"""Text that holds dates: the one format that all of its values have."""

from __future__ import annotations

from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

#: Values that are tried before all are checked.
_TRIED = 20
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%b %d %Y",
         "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%Y%m%d")  # fmt: skip
_CLOCKS = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%SZ", "T%H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f",
           "T%H:%M:%S.%fZ", "T%H:%M", " %I:%M %p", " %I:%M:%S %p")  # fmt: skip
_FORMATS = (*(day + clock for day, clock in product(_DAYS, _CLOCKS)), "%Y-%m", "%b %Y", "%B %Y")
#: Shorter texts than ``1/1/2000`` or longer than a full timestamp are no dates.
_LENGTHS = range(7, 40)


def date_format(texts: pa.Array | pa.ChunkedArray) -> tuple[str | None, str | None]:
    """The strptime format of all the texts (no nulls among them), and a note.

    Day and month that could be either way round are not guessed: the format is
    None and the note says so.
    """
    first = [text for text in texts[:_TRIED].to_pylist() if text is not None]
    if not first or not all(len(t) in _LENGTHS and any(c.isdigit() for c in t) for t in first):
        return None, None
    possible = [form for form in _FORMATS if all(_reads(text, form) for text in first)]
    fitting = [form for form in possible if _all_read(texts, form)] if possible else []
    if len(fitting) > 1 and {"%m/%d/%Y", "%d/%m/%Y"} <= {form[:8] for form in fitting}:
        return None, f"dates as text, day and month either way round: {fitting[0]} or {fitting[1]}"
    return (fitting[0], None) if fitting else (None, None)


def _reads(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _all_read(texts: pa.Array | pa.ChunkedArray, form: str) -> bool:
    """Whether DuckDB, which is who will read them, reads all of the texts so."""
    import duckdb
    import pyarrow as pa

    with duckdb.connect(":memory:") as connection:
        connection.register("texts", pa.table({"t": texts}))
        query = "SELECT count(*) FROM texts WHERE try_strptime(t, ?) IS NULL"
        row = connection.execute(query, [form]).fetchone()
    return row is not None and row[0] == 0
