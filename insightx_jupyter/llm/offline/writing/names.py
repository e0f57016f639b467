"""Names for result columns: plain words, unique in their query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def is_plain(name: str) -> bool:
    """Whether a name is letters, digits and underscores and does not begin with a digit."""
    return bool(_PLAIN.match(name))


def slug(name: str) -> str:
    """A name as a snake_case word of ASCII letters and digits; ``column`` where none is left."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")[:40].strip("_")
    if not words:
        return "column"
    return words if words[0].isalpha() else f"column_{words}"


class Aliases:
    """Hands out names that no column in scope and no earlier alias has."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}
        self._given: set[str] = set()

    def fresh(self, *wanted: str) -> str:
        """The first wanted name that is free, else the last one with a number."""
        for name in wanted:
            if self._take(name):
                return name
        number = 2
        while not self._take(f"{wanted[-1]}_{number}"):
            number += 1
        return f"{wanted[-1]}_{number}"

    def keep(self, name: str) -> str:
        """A column's own name as the name of itself; numbered where it was given before."""
        if name.casefold() in self._given:
            return self.fresh(name)
        self._given.add(name.casefold())
        self._taken.add(name.casefold())
        return name

    def _take(self, name: str) -> bool:
        if name.casefold() in self._taken:
            return False
        self._taken.add(name.casefold())
        self._given.add(name.casefold())
        return True
