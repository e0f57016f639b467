"""Keeps IPython from reading a question's ``?`` as a call for help.

``%insightx which are late?`` would become ``pinfo``. The transformer turns such a
line into the call that the magic stands for, before IPython looks at its end.
"""

from __future__ import annotations

import re

_MAGIC_LINE = re.compile(
    r"""(?P<indent>\s*)
        (?P<target>[^\W\d][\w.\[\]'", ]*=\s*)?    # ans =
        %insightx\b(?P<rest>.*?)\s*$""",
    re.VERBOSE | re.DOTALL,
)


def keep_question(lines: list[str]) -> list[str]:
    """The cell's lines with each ``%insightx`` line that ends in ``?`` as a plain call."""
    if lines and lines[0].startswith("%%"):
        return lines  # a cell magic's body is that magic's own
    if not any("%insightx" in line and line.rstrip().endswith("?") for line in lines):
        return lines
    lines = list(lines)
    done = 0
    # One line at a time: an apostrophe in a question ends the tokenizer's sight.
    while (found := _first_question(lines, after=done)) is not None:
        lines[found] = _as_call(lines[found])
        done = found + 1
    return lines


def _first_question(lines: list[str], after: int) -> int | None:
    for row in _statement_rows(lines):
        if row < after or row >= len(lines):
            continue
        line = lines[row]
        if line.rstrip().endswith("?") and _MAGIC_LINE.match(line) and not _asks_for_help(line):
            return row
    return None


def _statement_rows(lines: list[str]) -> list[int]:
    """Rows on which a statement begins: not those inside a string or a bracket."""
    from IPython.core.inputtransformer2 import make_tokens_by_line

    rows = []
    for tokens in make_tokens_by_line(lines):
        begin = next((t for t in tokens if t.string.strip()), None)
        if begin is not None:
            rows.append(begin.start[0] - 1)
    return rows


def _asks_for_help(line: str) -> bool:
    return bool(re.fullmatch(r"\s*%insightx\s*\?{1,2}\s*", line))


def _as_call(line: str) -> str:
    match = _MAGIC_LINE.match(line)
    assert match is not None  # noqa: S101  the caller looked
    call = f"get_ipython().run_line_magic('insightx', {match['rest'].strip()!r})"
    return f"{match['indent']}{match['target'] or ''}{call}\n"
