"""Numbers that stand in the prose without a reference: found, and looked up.

Not numbers in this sense: ordinals (3rd), list markers, digits inside names (F9,
arr_delay_15), and whatever stands in code.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..protocol.answer import NumberStatus, NumberTrace
from .number_index import NumberIndex
from .reference_values import Results
from .template import code_ranges

#: So many numbers of a text are looked up; more than any reader checks.
MOST_NUMBERS = 5_000
#: Longer digits are no number of a result (a decimal has 76) and are not read.
LONGEST_NUMBER = 100
_EXPONENT_DIGITS = 6
_EXACT_FLOATS = 2.0**53

_NUMBER = re.compile(
    r"""
    (?:(?<![\w.,:/+\u2212-])|(?<=\d-))             # not inside a name or number; 10-15 is two
    (?P<sign>[-\u2212+](?=\d))?
    (?:
      (?P<stamp>\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}(?::\d{2})?)
    | (?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
      (?P<power>
        [eE][-+\u2212]?\d+
      | [\ \u00a0\u202f]?[×x·][\ \u00a0\u202f]?10(?:[⁻⁺]?[⁰¹²³⁴-⁹]+|\^[-\u2212]?\d+)
      )?
    )
    (?P<unit>[\ \u00a0\u202f-]?(?:%|percent\b|per\ cent\b|[Pp]rozent(?:ig\w*)?)
      |[\ \u00a0](?:thousand|million|billion)\b|[kM](?!\w))?
    (?![A-Za-z_]*\d)(?![.,:]\d)(?!(?:st|nd|rd|th)\b)
    """,
    re.VERBOSE | re.ASCII,
)
_GLUED_UNIT = re.compile(r"(?:km|kg|ms|min|mi|ft|cm|mm|h|s|m|g|x|pp|°)\b")
_LIST_MARKER = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+>][ \t]+)*\d{1,9}[.)](?=\s)", re.MULTILINE)
_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "M": 1e6, "billion": 1e9}
_PERCENT = ("%", "percent", "per cent", "prozent")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_KNOWN = re.compile(r"(?<![\w.])(?:\d[\d_,]*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?")
#: Confidence levels, and the numbers by which code states them: α, quantiles, normal scores.
_LEVELS = {
    0.9: {1.645},
    0.95: {0.05, 0.025, 0.975, 97.5, 1.96},
    0.99: {0.01, 0.005, 0.995, 99.5, 2.576},
}
#: Calls of scipy, statsmodels and R whose level is 95 % where none is named.
_INTERVAL = re.compile(r"\b(?:confidence_interval|conf_int|\w*confint)\s*\(")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A number as it is written: its value, and half a unit of its last digit."""

    value: float
    tolerance: float
    percent: bool
    #: The same digit by digit, where a float would round it.
    exact: Decimal | None = None


def trace_bare_numbers(
    text: str, filled: Sequence[NumberTrace], results: Results, known: str
) -> list[NumberTrace]:
    """A trace for each bare number of the text, outside of ``filled`` and of code."""
    taken = _Ranges(
        [*((t.start, t.end) for t in filled), *code_ranges(text)]
        + [m.span() for m in _LIST_MARKER.finditer(text)]
    )
    lookup = _Lookup(results, known)
    traces = []
    for match in _numbers(text, taken):
        status, source = lookup.find(match)
        traces.append(
            NumberTrace(
                start=match.start(),
                end=match.end(),
                text=match.group(),
                status=status,
                source=source,
            )
        )
        if len(traces) == MOST_NUMBERS:
            break
    return traces


def _numbers(text: str, taken: _Ranges) -> Iterator[re.Match[str]]:
    at = 0
    while match := _NUMBER.search(text, at):
        at = max(match.end(), at + 1)
        if taken.overlap(match.start(), match.end()):
            continue
        glued = text[match.end() : match.end() + 6]
        if match.end() < len(text) and glued[0].isalpha() and not _GLUED_UNIT.match(glued):
            continue
        yield match


class _Ranges:
    """Ranges that may overlap; asked in any order."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def overlap(self, start: int, end: int) -> bool:
        """Whether any range shares a character with [start, end)."""
        at = bisect.bisect_left(self._starts, end) - 1
        return at >= 0 and self._ends[at] > start


class _Lookup:
    """The results first, then the question and the code."""

    def __init__(self, results: Results, known: str) -> None:
        self._results = results
        self._index: NumberIndex | None = None
        self._known_text = known
        self._known = _stated(known)
        self._known_exactly = {Decimal(_plain(m.group())) for m in _stated_in(known)}
        self._answers: dict[str, tuple[NumberStatus, str]] = {}

    def find(self, match: re.Match[str]) -> tuple[NumberStatus, str]:
        """Where the number comes from, as status and words."""
        written = match.group()
        if written not in self._answers:
            self._answers[written] = self._find(match)
        return self._answers[written]

    def _find(self, match: re.Match[str]) -> tuple[NumberStatus, str]:
        if self._index is None:
            self._index = NumberIndex.of(self._results)
        if stamp := match["stamp"]:
            source, asked = self._index.find_text(stamp), stamp in self._known_text
        else:
            shown = _shown(match)
            if shown is None:
                return NumberStatus.NOT_FOUND, ""
            source = self._in_results(self._index, shown, match["digits"])
            asked = self._is_asked(shown)
        if source:
            return NumberStatus.FOUND, source
        if asked:
            return NumberStatus.QUESTION, "the question or the code"
        return NumberStatus.NOT_FOUND, ""

    @staticmethod
    def _in_results(index: NumberIndex, shown: _Shown, digits: str) -> str:
        if shown.exact is not None:
            return index.find_exact(shown.exact) or index.find_text(digits)
        for value, tolerance in _readings(shown):
            if source := index.find(value, tolerance):
                return source
        return index.find_text(digits)

    def _is_asked(self, shown: _Shown) -> bool:
        if shown.exact is not None:
            return shown.exact in self._known_exactly
        return any(self._is_known(v, t) for v, t in _readings(shown))

    def _is_known(self, value: float, tolerance: float) -> bool:
        at = bisect.bisect_left(self._known, abs(value) - tolerance)
        return at < len(self._known) and self._known[at] <= abs(value) + tolerance


def _stated(known: str) -> list[float]:
    """The numbers of the question and the code, in rising order, with the levels they imply."""
    said = {float(_plain(m.group())) for m in _stated_in(known)}
    levels = {level for level, ways in _LEVELS.items() if ways & said}
    if _INTERVAL.search(known):
        levels.add(0.95)
    return sorted(said | levels)


def _readings(shown: _Shown) -> Iterator[tuple[float, float]]:
    """A percentage may be a share in the results, or a percentage there too."""
    if shown.percent:
        yield shown.value / 100, shown.tolerance / 100
    yield shown.value, shown.tolerance


def _shown(match: re.Match[str]) -> _Shown | None:
    """None for digits beyond any number that a result holds."""
    digits = match["digits"].replace(",", "")
    if len(digits) > LONGEST_NUMBER:
        return None
    unit = (match["unit"] or "").lstrip("-").strip()
    scale = 10.0 ** _exponent(match["power"]) * _SCALES.get(unit, 1.0)
    decimals = len(digits.partition(".")[2])
    value = float(digits) * scale
    # The tiny share beyond half a unit forgives ties that floats round the other way.
    tolerance = 0.5 * 10.0**-decimals * scale * (1 + 1e-6)
    long = value >= _EXACT_FLOATS and not unit and not match["power"]
    exact = Decimal(digits) if long else None
    return _Shown(value, tolerance, unit.casefold().startswith(_PERCENT), exact)


def _exponent(power: str | None) -> int:
    if not power:
        return 0
    text = power.translate(_SUPERSCRIPT).replace("\u2212", "-").replace("^", "")
    written = text[1:] if text[0] in "eE" else text.partition("10")[2]
    digits = written.lstrip("+-").lstrip("0")[:_EXPONENT_DIGITS] or "0"
    exponent = -int(digits) if written.startswith("-") else int(digits)
    return max(-320, min(300, exponent))


def _stated_in(known: str) -> Iterator[re.Match[str]]:
    return (m for m in _KNOWN.finditer(known) if len(m.group()) <= LONGEST_NUMBER)


def _plain(text: str) -> str:
    return text.replace(",", "").replace("_", "").rstrip(".") or "0"
