"""Names that SQL, the Python child and a prompt can all use, and the way back."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence

#: Longer names are cut: each stands in every prompt.
NAME_CHARS = 120


def column_names(labels: Sequence[Hashable], leading: int = 0) -> tuple[str, ...]:
    """Text for each label, unique without regard to case, the same at every call.

    The first ``leading`` labels (an index) give way where a later one has the same
    text. A label that is already a fine name keeps it; of duplicates the first
    keeps it, the next are numbered from 2.
    """
    wanted = [_text(label, position - leading) for position, label in enumerate(labels)]
    order = [*range(leading, len(labels)), *range(leading)]
    reserved = {name.casefold() for name in wanted}
    taken: dict[str, int] = {}
    names = [""] * len(labels)
    for position in order:
        names[position] = _free(wanted[position], taken, reserved)
    return tuple(names)


def original_text(label: Hashable, name: str) -> str | None:
    """How the user's frame has the label, where that differs from ``name``."""
    if isinstance(label, str):
        return None if label == name else _printable(label)[: 2 * NAME_CHARS]
    return _printable(_safe_str(label, repr))[: 2 * NAME_CHARS]


def frame_names(names: Iterable[str]) -> dict[str, str]:
    """An identifier for each name, unique without regard to case, in order."""
    taken: dict[str, int] = {}
    return {name: _free(_identifier(name), taken, set()) for name in names}


def _text(label: Hashable, position: int) -> str:
    if isinstance(label, tuple):
        # A level that is empty (as after groupby().agg()) adds nothing.
        parts = [_text_of_one(part) for part in label]
        text = "_".join(part for part in parts if part)
    else:
        text = _text_of_one(label)
    return text[:NAME_CHARS].strip() or f"column_{position + 1}"


def _text_of_one(label: Hashable) -> str:
    if label is None or label != label:  # NaN, NaT
        return ""
    return _printable(_safe_str(label, str)).strip()


def _safe_str(value: object, as_text: Callable[[object], str]) -> str:
    try:
        return as_text(value)
    except Exception:  # noqa: BLE001 - the label's own __str__ may raise anything
        return ""


def _printable(text: str) -> str:
    """On one line and valid UTF-8: controls become spaces, lone surrogates their code."""
    if text.isascii() and text.isprintable():
        return text
    clean = "".join(" " if unicodedata.category(c) in _CONTROL else c for c in text)
    return clean.encode("utf-8", "backslashreplace").decode("utf-8")


#: Control, format (direction marks!), line and paragraph separators.
_CONTROL = frozenset({"Cc", "Cf", "Zl", "Zp"})


def _free(wanted: str, taken: dict[str, int], reserved: set[str]) -> str:
    """The name, numbered if it is taken; ``taken`` holds the last number of each."""
    name, number = wanted, taken.get(wanted.casefold(), 0) + 1
    while name.casefold() in taken or (number > 1 and name.casefold() in reserved):
        number = max(number, 2)
        name = f"{wanted}_{number}"
        number += 1
    taken[wanted.casefold()] = number - 1
    taken.setdefault(name.casefold(), 1)
    return name


def _identifier(name: str) -> str:
    text = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", _printable(name)))[:NAME_CHARS]
    text = text.strip("_") if not name.isidentifier() else text
    if not text:
        return "frame"
    if not text.isidentifier():
        text = f"frame_{text}"
    return f"{text}_" if keyword.iskeyword(text) else text
