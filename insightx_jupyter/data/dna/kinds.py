"""What a column is for, told from its type, its name and its figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...protocol.base import Scalar
from ...protocol.dna import Kind
from .figures import FEW_VALUES, Figures

if TYPE_CHECKING:
    import pyarrow as pa

#: Names that keys have, as whole words: ``id``, ``customer_id``, ``rowKey``, ``uuid``.
_KEY_CAMEL = re.compile(r"[a-z](?:Id|ID|Key)$")
_KEY_WORD = re.compile(r"(?:^|[_\W])(?:id|ids|key|uuid|guid|index|rowid|pk)$", re.IGNORECASE)
#: Pairs of texts that say yes and no.
_YES_NO = ({"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"0", "1"}, {"on", "off"})


def kind_of(name: str, arrow_type: pa.DataType, rows: int, found: Figures) -> Kind:
    """The column's kind. Numbers are ids only if unique and named like one."""
    plain = _plain_kind(arrow_type)
    every_its_own = (
        found.distinct_exact and found.nulls == 0 and found.distinct == rows and rows > 1
    )
    if plain is Kind.TEXT:
        return _kind_of_text(rows - found.nulls, found, every_its_own)
    if plain is Kind.INTEGER and every_its_own and named_like_key(name):
        return Kind.ID
    return plain


def named_like_key(name: str) -> bool:
    """Whether the name is one that keys have."""
    return bool(_KEY_WORD.search(name) or _KEY_CAMEL.search(name))


def kind_notes(name: str, kind: Kind, found: Figures) -> tuple[str, ...]:
    """What a reader of the column should know beyond its kind."""
    notes = []
    if kind is Kind.INTEGER and found.distinct and named_like_key(name):
        notes.append("a key by its name")
    values = {_lower(value) for value in found.values}
    if kind is not Kind.BOOLEAN and values in _YES_NO:
        words = sorted(str(value) for value in found.values)
        notes.append(f"a yes/no in disguise: {words[0]} and {words[1]}")
    if found.infinite:
        notes.append("holds infinite values")
    return tuple(notes)


def _lower(value: Scalar) -> str:
    return str(value).strip().lower()


def _kind_of_text(values: int, found: Figures, every_its_own: bool) -> Kind:
    if every_its_own and not _reads_like_prose(found):
        return Kind.ID
    few = found.distinct is not None and 0 < found.distinct <= FEW_VALUES
    if few and (found.distinct or 0) <= max(20, values // 2):
        return Kind.CATEGORY
    return Kind.TEXT


def _reads_like_prose(found: Figures) -> bool:
    """Names and sentences have blanks; keys have none."""
    samples = (found.minimum, found.maximum, *found.values)
    return any(" " in str(value) or len(str(value)) > 64 for value in samples)


def _plain_kind(arrow_type: pa.DataType) -> Kind:
    import pyarrow as pa

    types = pa.types
    tests = (
        (types.is_boolean, Kind.BOOLEAN),
        (types.is_integer, Kind.INTEGER),
        (types.is_floating, Kind.NUMBER),
        (types.is_decimal, Kind.NUMBER),
        (types.is_date, Kind.DATE),
        (types.is_timestamp, Kind.DATETIME),
        (types.is_time, Kind.TIME),
        (types.is_duration, Kind.DURATION),
        (types.is_string, Kind.TEXT),
        (types.is_large_string, Kind.TEXT),
    )
    return next((kind for test, kind in tests if test(arrow_type)), Kind.OTHER)
