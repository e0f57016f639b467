"""Names, values and figures of the DNA as short text on one line."""

from __future__ import annotations

import json
import re

from ..protocol.base import Scalar
from ..protocol.dna import ColumnProfile, JoinCandidate
from ..sql.quoting import quote_identifier

#: Texts that need no quotes to be told from what stands around them.
_PLAIN_TEXT = re.compile(r"[^\W_][\w.+/:&-]*(?: [\w.+/:&-]+)*")
_PLAIN_CELL = re.compile(r"[A-Za-z0-9.+:-]+(?: [A-Za-z0-9.+:-]+)*")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Words that SQL does not take as a name without quotes (duckdb_keywords(): reserved).
# fmt: off
_RESERVED = frozenset(
    (
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric",
        "both", "case", "cast", "check", "collate", "column", "constraint", "create",
        "default", "deferrable", "desc", "describe", "distinct", "do", "else", "end",
        "except", "false", "fetch", "for", "foreign", "from", "group", "having", "in",
        "initially", "intersect", "into", "lambda", "lateral", "leading", "limit", "not",
        "null", "offset", "on", "only", "or", "order", "pivot", "pivot_longer",
        "pivot_wider", "placing", "primary", "qualify", "references", "returning", "select",
        "show", "some", "summarize", "symmetric", "table", "then", "to", "trailing", "true",
        "union", "unique", "unpivot", "using", "variadic", "when", "where", "window", "with",
    )
)
# fmt: on


def name_text(name: str) -> str:
    """The name as SQL takes it: bare where it can be, else quoted."""
    if _PLAIN_NAME.fullmatch(name) and name.lower() not in _RESERVED:
        return name
    return quote_identifier(name)


def value_text(value: Scalar, chars: int = 40) -> str:
    """A value: numbers short, plain texts bare, all others as JSON on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    cut = value if len(value) <= chars else value[: chars - 1] + "…"
    # Separators of lines beyond \n (NEL, LS, PS) and backticks would show as they are.
    plain = _PLAIN_TEXT.fullmatch(cut) and cut.isprintable() and not _reads_as_number(cut)
    return cut if plain else json_text(cut)


def cell_text(column: ColumnProfile, value: Scalar) -> str:
    """A value of the column. Only text needs quotes: 2.50 of DECIMAL is a number."""
    if isinstance(value, str) and column.sql_type != "VARCHAR" and _PLAIN_CELL.fullmatch(value):
        return value
    return value_text(value)


def json_text(text: str) -> str:
    """The text as JSON, one line, with no backtick and no invisible character as it is."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() and c != "`" else _escape(c) for c in quoted)


def number_text(value: float) -> str:
    """A number with at most six significant digits, whole ones whole."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.6g}"


def percent_text(part: int, whole: int) -> str:
    """A share in percent; never 0 % of something, never 100 % of less than all."""
    share = 100 * part / whole if whole else 0.0
    if 0 < share < 0.1:
        return "<0.1 %"
    if part < whole and share > 99.9:
        return ">99.9 %"
    return f"{share:.1f}".removesuffix(".0") + " %"


def missing_text(column: ColumnProfile, rows: int) -> str:
    """How many values are missing; empty where none is."""
    if not column.nulls:
        return ""
    if column.nulls == rows:
        return "all missing"
    return f"{column.nulls:,} missing ({percent_text(column.nulls, rows)})"


def distinct_text(column: ColumnProfile, rows: int) -> str:
    """How many distinct values there are; ``~`` where estimated."""
    if column.distinct is None:
        return ""
    if column.distinct_exact and rows > 1 and column.distinct == rows - column.nulls:
        return "unique"
    sign = "" if column.distinct_exact else "~"
    return f"{sign}{column.distinct:,} distinct"


def range_text(column: ColumnProfile) -> str:
    """The least and the greatest value; empty where there is no order."""
    if column.minimum is None or column.maximum is None:
        return ""
    if column.distinct == 1:
        return f"always {cell_text(column, column.minimum)}"
    return f"{cell_text(column, column.minimum)}..{cell_text(column, column.maximum)}"


def top_text(column: ColumnProfile, chars: int, counts: bool = True) -> str:
    """The most frequent values with their counts, as many as fit."""
    shown: list[str] = []
    size = 0
    for entry in column.top:
        text = cell_text(column, entry.value) + (f" ({entry.count:,})" if counts else "")
        size += len(text) + 2
        if shown and size > chars:
            break
        shown.append(text)
    more = (column.distinct or 0) > len(shown)
    return ", ".join(shown) + (", …" if more and shown else "")


def join_text(join: JoinCandidate) -> str:
    """A join with what was measured of it."""
    left = f"{name_text(join.left_frame)}.{name_text(join.left_column)}"
    right = f"{name_text(join.right_frame)}.{name_text(join.right_column)}"
    measured = []
    if join.inclusion is not None:
        share = percent_text(round(join.inclusion * 1000), 1000)
        measured.append(f"{share} of different values found")
    if join.right_unique is not None:
        measured.append("right unique" if join.right_unique else "right not unique")
    return f"{left} → {right} ({', '.join(measured)})"


def clipped(text: str, size: int) -> str:
    """The text in at most ``size`` bytes of UTF-8, marked where it was cut."""
    raw = text.encode()
    if len(raw) <= size:
        return text
    return raw[: max(size - 3, 0)].decode(errors="ignore") + "…"


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _escape(character: str) -> str:
    code = ord(character)
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
