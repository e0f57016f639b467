"""Names that somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from .escape import one_line


def pick(name: str, known: Sequence[str]) -> str | None:
    """The known name, exactly or else without regard to case if only one fits."""
    if name in known:
        return name
    folded = name.casefold()
    fits = {k for k in known if k.casefold() == folded}
    return fits.pop() if len(fits) == 1 else None


class Unresolved(ValueError):
    """A reference that stands for nothing; the message says why and what there is."""

    @classmethod
    def unknown(cls, name: str, what: str, known: Sequence[str]) -> Unresolved:
        """There is no such name; near ones are offered, else the first few."""
        return cls(f"there is no {what} named {one_line(name, 60)}.{cls.suggestion(name, known)}")

    @staticmethod
    def suggestion(name: str, known: Sequence[str]) -> str:
        """A sentence with what may have been meant, or with what there is."""
        by_fold = {k.casefold(): one_line(k, 60) for k in known if len(k) < 200}
        # Of names of two letters (r1, F9) half has to fit.
        cutoff = 0.6 if len(name) > 3 else 0.5
        near = difflib.get_close_matches(name.casefold()[:200], by_fold, n=3, cutoff=cutoff)
        if near:
            return f" Did you mean {' or '.join(by_fold[n] for n in near)}?"
        first = list(by_fold.values())[:8]
        more = ", …" if len(by_fold) > len(first) else ""
        return f" There is {', '.join(first)}{more}." if first else ""
