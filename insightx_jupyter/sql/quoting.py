"""Names and texts as they have to stand in SQL."""

from __future__ import annotations


def quote_identifier(name: str) -> str:
    """A name in double quotes, with those inside it doubled.

    Raises:
        ValueError: no SQL can hold a NUL character.
    """
    return _quote(name, '"')


def quote_literal(text: str) -> str:
    """A text in single quotes, with those inside it doubled.

    Raises:
        ValueError: no SQL can hold a NUL character.
    """
    return _quote(text, "'")


def _quote(text: str, mark: str) -> str:
    if "\0" in text:
        raise ValueError("SQL cannot hold a NUL character.")
    return mark + text.replace(mark, mark * 2) + mark
