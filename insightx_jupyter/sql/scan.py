"""A look at a query's text before any parser sees it: how long, how deep."""

from __future__ import annotations

import re

from ..errors import QueryRefused

MAX_BYTES = 64 * 1024
MAX_DEPTH = 200

#: What holds brackets that mean nothing. Escapes only count in E'…'; comments nest.
_OPAQUE = re.compile(
    r"""
      [eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?P<tag>\$(?:[^\W\d]\w*)?\$).*?(?P=tag)
    | --[^\n]*
    | (?P<comment>/\*)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"/\*|\*/")


def check_length(query: str) -> None:
    """Refuse what is longer than 64 KiB; cheap enough for the user's kernel.

    Raises:
        QueryRefused: it is too long, or no text at all.
    """
    try:
        size = len(query.encode())
    except UnicodeEncodeError as error:
        raise QueryRefused("The query holds characters that are no text.") from error
    if size > MAX_BYTES:
        raise QueryRefused(f"The query has {size:,} bytes; {MAX_BYTES:,} are allowed.")
    if "\0" in query:
        raise QueryRefused("The query holds a NUL character.")


def check_size(query: str) -> None:
    """Refuse what is too long or nested more than 200 brackets deep.

    Raises:
        QueryRefused: with the measure.
    """
    check_length(query)
    # Few opening brackets cannot nest deep, wherever they stand.
    if sum(map(query.count, "([{")) > MAX_DEPTH and _depth(query) > MAX_DEPTH:
        raise QueryRefused(f"The query nests brackets more than {MAX_DEPTH} deep.")


def _depth(query: str) -> int:
    depth = deepest = position = 0
    while position < len(query):
        if skipped := _skip(query, position):
            position = skipped
            continue
        if query[position] in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif query[position] in ")]}":
            depth = max(0, depth - 1)
        position += 1
    return deepest


def _skip(query: str, position: int) -> int:
    """Where the text or comment that starts here ends; 0 if none starts here."""
    if query[position] not in "eE'\"$-/":
        return 0
    # An e or a $ inside a word starts nothing.
    if query[position] in "eE$" and position and (query[position - 1].isalnum()):
        return 0
    found = _OPAQUE.match(query, position)
    if found is None:
        return 0
    return _end_of_comment(query, found.end()) if found["comment"] else found.end()


def _end_of_comment(query: str, position: int) -> int:
    depth = 1
    for mark in _COMMENT_MARK.finditer(query, position):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(query)
