"""How values are written in prose: commas, a real minus, a no-break space before %."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TypeGuard

from .spans import duration_text, interval_text, is_interval

MINUS = "\u2212"
NBSP = "\u00a0"
NO_VALUE = "no value"
#: Below this a p-value is printed as a bound: it may have underflowed to 0.
LEAST_P = 1e-300
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
_PLAIN_NUMBER_WORDS = {"year", "years", "yr", "id", "ids", "zip", "zipcode", "postcode", "code"}

Number = int | float | Decimal

#: More digits than any cell has: sums and products of cells stay exact.
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
#: For writing: the largest number that is written, and its decimals.
_WRITING = Context(prec=400, rounding=ROUND_HALF_UP)
#: Powers of ten beyond this are not written out, nor calculated with.
LARGEST_POWER = 308
#: Longer decimals are not cells but quotients that had to be rounded.
_MOST_DIGITS = 76


class FormatMismatch(ValueError):
    """A format that does not fit its value; the text says what it needs."""


def is_number(value: object) -> TypeGuard[Number]:
    """Whether sums make sense of it; truth values are none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def bounded_decimal(text: str, power: int = LARGEST_POWER) -> Decimal | None:
    """The number; None for what is none or is beyond 10 to the ``power`` or its inverse.

    Ten letters can name a number of a billion digits. Infinities and NaN are given back.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    unfit = number.is_snan() or (number.is_finite() and abs(number.adjusted()) > power)
    return None if unfit else number


def exact(value: Number) -> Decimal:
    """The number as its reader knows it: of a float the shortest form, 0.285 and not 0.28499….

    Raises:
        OverflowError: it has too many digits to be written.
    """
    fraction = isinstance(value, float) and not float(value).is_integer()
    number = Decimal(repr(float(value))) if fraction else Decimal(value)
    if number and number.is_finite() and number.adjusted() > LARGEST_POWER:
        raise OverflowError
    return number


def words_of(name: str) -> tuple[str, ...]:
    """A column name's words in lower case: ``depYear`` and ``dep_year`` give dep, year."""
    return tuple(word.casefold() for word in _WORD.findall(name))


def without_commas(column: str) -> bool:
    """Whether a column's integers are names rather than amounts (years, ids)."""
    return not _PLAIN_NUMBER_WORDS.isdisjoint(words_of(column))


def signed(text: str) -> str:
    """The number's text with a real minus sign."""
    return text.replace("-", MINUS)


def fixed(value: Number, decimals: int) -> str:
    """With thousands commas and so many decimals; never a minus before zero."""
    if not _finite(value):
        return _odd(value)
    # Half up, as readers round by hand: 0.125 is 0.13.
    rounded = exact(value).quantize(Decimal(1).scaleb(-decimals), context=_WRITING)
    text = f"{rounded:,f}"
    return text.lstrip("-") if not rounded else signed(text)


def percent(value: Number, decimals: int) -> str:
    """A share as a percentage."""
    share = _WRITING.multiply(exact(value), Decimal(100)) if _finite(value) else value
    return f"{fixed(share, decimals)}{NBSP}%"


def scientific(value: Number, digits: int = 2) -> str:
    """``2.6 × 10⁻¹⁷``, with so many significant digits."""
    mantissa, exponent = _rounded(value, digits)
    return f"{signed(mantissa)} × 10{str(exponent).translate(_SUPERSCRIPT)}"


def _rounded(value: Number, digits: int) -> tuple[str, int]:
    """The mantissa with so many digits, and the power of ten."""
    number = Context(prec=digits, rounding=ROUND_HALF_UP).plus(exact(value))
    mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
    return mantissa, int(exponent)


def significant(value: Number, digits: int) -> str:
    """Rounded to so many significant digits; powers of ten outside 10⁻⁴…10¹⁵."""
    if not _finite(value):
        return _odd(value)
    if value == 0:
        return "0"
    mantissa, exponent = _rounded(value, digits)
    if not -5 < exponent < 15:
        return scientific(value, digits)
    decimals = digits - 1 - exponent
    if decimals >= 0:
        return fixed(value, decimals)
    return fixed(Decimal(mantissa).scaleb(exponent), 0)


def p_value(value: Number) -> str:
    """``0.97``, ``0.003``, ``2.6 × 10⁻¹⁷``, and a bound where it may have underflowed."""
    if not _finite(value):
        return _odd(value)
    if not 0 <= value <= 1 + 1e-9:
        raise FormatMismatch("p needs a probability from 0 to 1")
    if value < LEAST_P:
        return f"< 10{'-300'.translate(_SUPERSCRIPT)}"
    if value < 0.001:
        return scientific(value)
    return fixed(value, 3 if value < 0.1 else 2)


def general(value: Number) -> str:
    """A float as prose wants it: 4 significant digits, the whole part never rounded away."""
    if _finite(value) and 1000 <= abs(float(value)) < 1e15:
        return fixed(value, 0)
    mantissa, times, power = significant(value, 4).partition(" × ")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + times + power


def default(value: object, column: str = "") -> str:
    """The value by its type. ``column`` is the name that tells years and ids from amounts."""
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return signed(str(value)) if without_commas(column) else fixed(value, 0)
    if isinstance(value, float):
        # A year column with gaps comes as floats: 1956.0 is the year 1956.
        plain = without_commas(column) and math.isfinite(value) and value.is_integer()
        return signed(str(int(value))) if plain else general(value)
    if isinstance(value, Decimal):
        return _decimal(value)
    return _other(value)


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        return _odd(value)
    short = len(value.as_tuple().digits) <= _MOST_DIGITS and abs(value.adjusted()) <= _MOST_DIGITS
    return signed(f"{value:,f}") if short else general(value)


def _other(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return signed(duration_text(value))
    if is_interval(value):
        return signed(interval_text(value))
    if isinstance(value, bytes):
        return value[:64].hex(" ")
    return str(value)


def moment(value: datetime) -> str:
    """ISO with a space; a midnight without a zone is the day, whole minutes drop seconds."""
    if value.tzinfo is None and value.time() == time():
        return value.date().isoformat()
    nanosecond = getattr(value, "nanosecond", 0)  # pandas counts beyond microseconds
    spec = "minutes" if not (value.second or value.microsecond or nanosecond) else "auto"
    return value.isoformat(sep=" ", timespec=spec)


def raw(value: object) -> str:
    """The value unrounded and without commas."""
    if value is None:
        return NO_VALUE
    return signed(repr(value)) if isinstance(value, float) else signed_number(value)


def signed_number(value: object) -> str:
    """Numbers with a real minus, everything else as text."""
    return signed(str(value)) if is_number(value) else _other(value)


def _finite(value: Number) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)


def _odd(value: Number) -> str:
    if value != value:
        return "not a number"
    return "∞" if value > 0 else f"{MINUS}∞"


def _numeric(name: str, write: Callable[[Number], str]) -> Callable[[object], str]:
    def formatted(value: object) -> str:
        if value is None:
            return NO_VALUE
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise FormatMismatch(f"{name} needs a number")
        return write(value)

    return formatted


def _as_date(value: object, name: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).date()
        except ValueError:
            pass  # not a date: said below, with the format's name
    raise FormatMismatch(f"{name} needs a date")


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def month_name(value: object) -> str:
    """The month's name, of a date or a number from 1 to 12."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if value in range(1, 13):
            return _MONTHS[int(value) - 1]
        raise FormatMismatch("month needs a date or a number from 1 to 12")
    return _MONTHS[_as_date(value, "month").month - 1]


def weekday_name(value: object) -> str:
    """The weekday's name, of a date. Numbers are refused: libraries count them differently."""
    return _WEEKDAYS[_as_date(value, "weekday").weekday()]


def _formats() -> dict[str, Callable[[object], str]]:
    table: dict[str, Callable[[object], str]] = {
        "int": _numeric("int", lambda v: fixed(v, 0)),
        "p": _numeric("p", p_value),
        "raw": raw,
        "date": lambda v: NO_VALUE if v is None else _as_date(v, "date").isoformat(),
        "month": lambda v: NO_VALUE if v is None else month_name(v),
        "weekday": lambda v: NO_VALUE if v is None else weekday_name(v),
    }
    for n in range(4):
        table[f"pct{n}"] = _numeric(f"pct{n}", lambda v, n=n: percent(v, n))  # type: ignore[misc]
    for n in range(7):
        table[f"f{n}"] = _numeric(f"f{n}", lambda v, n=n: fixed(v, n))  # type: ignore[misc]
    for n in range(1, 7):
        table[f"sig{n}"] = _numeric(f"sig{n}", lambda v, n=n: significant(v, n))  # type: ignore[misc]
    return table


#: What may stand after the bar of a reference.
FORMATS = _formats()
