"""Words brought to one form: singular, abbreviations spelt out, units, light synonyms."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ABBREVIATIONS = {
    "dep": "departure", "arr": "arrival", "dest": "destination", "orig": "origin",
    "sched": "scheduled", "temp": "temperature", "qty": "quantity", "amt": "amount",
    "avg": "mean", "average": "mean", "num": "number", "nr": "number",
    "pct": "percent", "perc": "percent", "percentage": "percent", "maximum": "max",
    "minimum": "min", "maximal": "max", "minimal": "min", "precip": "precipitation",
    "visib": "visibility", "humid": "humidity", "lat": "latitude", "lon": "longitude",
    "lng": "longitude", "long": "long", "alt": "altitude", "tz": "time zone",
    "tzone": "time zone", "timezone": "time zone", "mpg": "mile per gallon",
    "mph": "mile per hour", "hp": "horsepower", "dewp": "dew point", "dir": "direction",
    "addr": "address", "cust": "customer", "prod": "product",
    "mfr": "manufacturer", "mgr": "manager", "emp": "employee",
    "dept": "department", "yr": "year", "hr": "hour", "wt": "weight",
    "ht": "height", "len": "length", "vol": "volume", "pop": "population",
    "lifeexp": "life expectancy", "gdppercap": "gdp per capita", "bmi": "bmi",
    "std": "std", "coeff": "coefficient", "colour": "color", "grey": "gray", "stddev": "std",
}  # fmt: skip
_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse",
    "feet": "foot", "indices": "index", "species": "species", "series": "series", "lbs": "lb",
    "statuses": "status", "axes": "axis", "analyses": "analysis", "gas": "gas", "bus": "bus",
    "data": "data", "lens": "lens", "news": "news", "movies": "movie", "cookies": "cookie",
    "specie": "species", "oxen": "ox", "geese": "goose", "teeth": "tooth", "matrices": "matrix",
    "criteria": "criterion", "mens": "man", "this": "this", "is": "is", "was": "was", "has": "has",
    "does": "does", "as": "as", "us": "us", "its": "its", "always": "always", "plus": "plus",
    "less": "less", "across": "across", "minus": "minus",
}  # fmt: skip
#: Words that mean the same often enough to be tried, at a cost, and told.
SYNONYMS: tuple[frozenset[str], ...] = tuple(
    frozenset(group.split())
    for group in (
        "price cost",
        "salary pay wage",
        "revenue turnover",
        "sex gender",
        "weight mass",
        "country nation",
        "customer client",
        "duration length",
        "altitude elevation",
        "rain precipitation rainfall",
        "height tall",
        "manufacturer maker",
        "kind type",
        "wind windspeed",
        "symbol ticker",
        "location place",
    )
)
UNITS = {
    "mm": "mm", "millimeter": "mm", "millimetre": "mm", "cm": "cm", "centimeter": "cm",
    "centimetre": "cm", "m": "m", "meter": "m", "metre": "m", "km": "km", "kilometer": "km",
    "kilometre": "km", "mi": "mile", "mile": "mile", "inch": "inch", "foot": "foot", "ft": "foot",
    "g": "g", "gram": "g", "gramme": "g", "kg": "kg", "kilo": "kg", "kilogram": "kg",
    "mg": "mg", "lb": "lb", "pound": "lb", "oz": "oz", "ounce": "oz", "usd": "usd",
    "dollar": "usd", "$": "usd", "eur": "eur", "euro": "eur", "€": "eur",
    "minute": "minute", "min": "minute", "second": "second", "sec": "second", "hour": "hour",
    "hr": "hour", "ms": "ms", "day": "day", "percent": "percent", "celsius": "c", "c": "c",
    "fahrenheit": "f", "f": "f", "degree": "degree", "mph": "mph", "hp": "hp",
}  # fmt: skip
#: Units that a column name may end with without a word before it that says so.
_NAME_UNITS = {"mm", "cm", "m", "km", "g", "kg", "mg", "lb", "lbs", "oz", "usd", "eur", "mi",
               "miles", "minutes", "mins", "min", "sec", "seconds", "secs", "ms", "hours", "hrs",
               "inches", "ft", "c", "f"}  # fmt: skip
#: Words of a column name that are too common to stand for it alone.
WEAK = frozenset(
    [
        "number",
        "name",
        "type",
        "time",
        "day",
        "code",
        "id",
        "mean",
        "max",
        "min",
        "total",
        "rate",
        "value",
        "date",
        "count",
        "status",
        "error",
        "worst",
        "best",
        "first",
        "last",
        "new",
        "old",
        "top",
        "percent",
        "std",
        "sum",
        "level",
        "index",
        "class",
        "key",
        "group",
        "of",
        "in",
        "per",
        "is",
        "has",
        "the",
        "a",
        "an",
        "and",
        "to",
        "from",
        "hour",
        "minute",
        "std",
    ]
)
_PIECES = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\dA-Z_]+|[A-Z]+|\d+")
_COMPOUND_TAILS = ("num", "id")


@lru_cache(maxsize=8192)
def unaccented(text: str) -> str:
    """The text without accents: people leave them out."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """The singular of an English noun, by its ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=8192)
def canonical(word: str) -> tuple[str, ...]:
    """The words that a word stands for, each in its one form."""
    single = singular(word)
    if single in _ABBREVIATIONS:
        return tuple(_ABBREVIATIONS[single].split())
    for tail in _COMPOUND_TAILS:
        if single.endswith(tail) and len(single) - len(tail) >= 4:
            return single[: -len(tail)], _ABBREVIATIONS.get(tail, tail)
    return (single,)


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a column or frame name: snake, camel and spaced names alike, unit left out."""
    name = unaccented(name)
    pieces: list[str] = [piece.casefold() for piece in _PIECES.findall(name)]
    if "%" in name:
        pieces.append("percent")
    if len(pieces) > 1 and pieces[-1] in _NAME_UNITS and not _is_extreme(pieces[-1], name):
        pieces = pieces[:-1]
        if len(pieces) > 1 and pieces[-1] == "in":
            pieces = pieces[:-1]
    whole = _ABBREVIATIONS.get("".join(pieces))
    if whole:
        return tuple(whole.split())
    return tuple(word for piece in pieces for word in canonical(piece))


def _is_extreme(piece: str, name: str) -> bool:
    """``temp_min`` ends in an extreme, not in minutes; ``(min)`` would be minutes."""
    return piece == "min" and not name.rstrip().endswith(")")


def name_unit(name: str) -> str | None:
    """The unit that a column name ends with, in its one form; None if it has none."""
    pieces: list[str] = [piece.casefold() for piece in _PIECES.findall(name)]
    if len(pieces) > 1 and pieces[-1] in _NAME_UNITS and not _is_extreme(pieces[-1], name):
        return UNITS.get(singular(pieces[-1]), pieces[-1])
    return None


@lru_cache(maxsize=8192)
def spelt(name: str, said: str) -> bool:
    """Whether a name is said as it is written, but for its unit, plurals and generic words."""
    pieces = [singular(piece.casefold()) for piece in _PIECES.findall(unaccented(name))]
    words = [singular(word.casefold()) for word in _PIECES.findall(unaccented(said))]
    return "".join(words).startswith("".join(pieces)) or (
        name_unit(name) is not None and "".join(words) == "".join(pieces[:-1])
    )


@lru_cache(maxsize=8192)
def synonyms(word: str) -> frozenset[str]:
    """Other words that may mean the same."""
    return frozenset().union(*(group for group in SYNONYMS if word in group)) - {word}


def one_edit_apart(left: str, right: str) -> bool:
    """Whether one insertion, deletion, change or swap of neighbours makes them equal."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    rest_left, rest_right = left[start:], right[start:]
    return (
        rest_left[1:] == rest_right[1:]
        or rest_left[1:] == rest_right
        or rest_left == rest_right[1:]
        or (rest_left[:2] == rest_right[1::-1] and rest_left[2:] == rest_right[2:])
    )
