"""What somebody who wrote a wrong name may have meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

#: Names listed in one message.
LISTED = 30
#: Likeness from which a name is offered (``departure`` and ``dep_time`` have 0.59).
LIKENESS = 0.55
#: Characters of an error that go back to a model.
MESSAGE_CHARS = 800

#: DuckDB's words for a column that is not there; only read to help, never to decide.
_NO_COLUMN = (
    re.compile(r'Referenced column "(?P<column>.+?)" (?:was )?not found', re.DOTALL),
    re.compile(r'does not have a column named "(?P<column>.+?)"', re.DOTALL),
    re.compile(r'Column "(?P<column>.+?)" .{0,80}?does not exist', re.DOTALL),
)


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """``Did you mean a, b?`` for up to three names like ``word``; empty if there are none."""
    by_fold = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word.casefold(), list(by_fold), n=3, cutoff=LIKENESS)
    if not close:
        return ""
    return f"Did you mean {' or '.join(by_fold[fold] for fold in close)}?"


def listed(names: Sequence[str]) -> str:
    """Names with commas, cut where there are many."""
    shown = ", ".join(names[:LISTED])
    return shown + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")


def explain_failure(message: str, columns: Mapping[str, Sequence[str]]) -> str:
    """DuckDB's message, with a hint from all columns of the frames where one is missing.

    ``columns`` maps each frame that the query names to all of its columns; DuckDB
    itself was given only those that the query names.
    """
    missing = next((m for p in _NO_COLUMN if (m := p.search(message))), None)
    if missing is None:
        return _bounded(message)
    word = missing["column"].rsplit(".", 1)[-1]
    everywhere = [name for names in columns.values() for name in names]
    if word.casefold() in map(str.casefold, everywhere):  # there, but not where it was written
        return _bounded(message)
    hint = did_you_mean(word, everywhere)
    having = " ".join(f"Columns of {f}: {listed(list(n))}." for f, n in columns.items())
    return _bounded(f"No column {word}. {hint or having}".strip())


def _bounded(message: str) -> str:
    # What follows "LINE 1:" repeats the query, which its writer has.
    text = message.split("\n\nLINE ")[0].strip()
    return text if len(text) <= MESSAGE_CHARS else text[: MESSAGE_CHARS - 1] + "…"
