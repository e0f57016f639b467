"""A question as tokens: words, numbers, dates and quoted text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .words import unaccented

_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {"dozen": 12}
_SCALES = {"hundred": 100, "thousand": 1_000, "k": 1_000, "million": 1_000_000, "billion": 10**9}
_SYMBOLS = {">": "over", "<": "under", ">=": "at-least", "≥": "at-least", "<=": "at-most",
            "≤": "at-most", "=": "=", "==": "=", "!=": "not", "≠": "not", "%": "percent",
            "&": "and", "#": "number-sign"}  # fmt: skip
_CONTRACTIONS = {"what's": "what is", "whats": "what is", "who's": "who is", "where's": "where is",
                 "when's": "when is", "how's": "how is", "it's": "it is", "that's": "that is",
                 "there's": "there is", "i'd": "i would", "i'm": "i am", "let's": "let us",
                 "can't": "can not", "cannot": "can not", "won't": "will not"}  # fmt: skip

_TOKEN = re.compile(
    r"""
      (?P<quoted>"[^"]*"|“[^”]*”|`[^`]*`|(?<![^\s(=,])'[^']*'(?![^\s?.,!;:)]))
    | (?P<currency>[$€£](?=\d))
    | (?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2}(?![\d]))
    | (?P<number>-?\d+(?:,\d{3})+(?:\.\d+)?(?![\w])|(?<![\w-])-?\d*\.?\d+k?(?![\w.]*[^\W\d])
        |\d+(?=%))
    | (?P<ordinal>\d+(?:st|nd|rd|th)\b)
    | (?P<word>[^\W_]+(?:[_'’.-]?[^\W_]+|_+(?=\w))*_*)
    | (?P<symbol>>=|<=|!=|==|[><=≥≤≠%&\#,])
    | (?P<other>[^\s?.!:;()]+)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, date or quoted text. ``word`` is folded for comparing."""

    text: str
    word: str
    number: int | float | None = None
    day: date | None = None
    quoted: bool = False


def tokenize(question: str) -> tuple[Token, ...]:
    """The question's tokens in order; closing punctuation is dropped."""
    straight = question.replace("’", "'").replace("‘", "'")
    tokens: list[Token] = []
    for match in _TOKEN.finditer(straight):
        tokens += _read(match.lastgroup or "other", match.group())
    return tuple(_scaled(tokens))


def _read(kind: str, text: str) -> list[Token]:
    if kind == "quoted":
        return [Token(text[1:-1], text[1:-1].casefold().strip(), quoted=True)]
    if kind == "date":
        return [_date(text)]
    if kind == "number":
        return [Token(text, text, number=_number(text))]
    if kind == "ordinal":
        return [Token(text, text.casefold(), number=int(text[:-2]))]
    if kind == "currency":  # the number says enough; a unit that differs could not be told
        return []
    if kind == "symbol":
        return [Token(text, _SYMBOLS.get(text, text))]
    return _words(text)


def _date(text: str) -> Token:
    try:
        day = date(*(int(part) for part in re.split("[-/]", text)))
    except ValueError:  # no such day: stays an unknown word, so that it is named as one
        return Token(text, text)
    return Token(text, text, day=day)


def _number(text: str) -> int | float:
    bare = text.replace(",", "")
    scale = 1
    if bare.endswith("k"):
        bare, scale = bare[:-1], 1_000
    value = float(bare) * scale
    return int(value) if value.is_integer() and "." not in bare.rstrip("0") else value


def _words(text: str) -> list[Token]:
    folded = unaccented(text.casefold())
    if folded in _CONTRACTIONS:
        return [Token(part, part) for part in _CONTRACTIONS[folded].split()]
    if folded.endswith("n't"):
        return [Token(folded[:-3], folded[:-3]), Token("not", "not")]
    if folded.endswith("'s"):
        text, folded = text[:-2], folded[:-2]
    return [Token(text, folded, number=_NUMBER_WORDS.get(folded))]


def _scaled(tokens: list[Token]) -> list[Token]:
    """Join a number and the scale behind it: 2.5 million."""
    joined: list[Token] = []
    for token in tokens:
        scale = _SCALES.get(token.word)
        before = joined[-1] if joined else None
        if scale and before and before.number is not None:
            value = before.number * scale
            number = int(value) if float(value).is_integer() else value
            joined[-1] = Token(f"{before.text} {token.text}", str(number), number=number)
        elif token.word == "dozen" and before and before.word in ("a", "one"):
            joined[-1] = Token(f"{before.text} dozen", "12", number=12)
        else:
            joined.append(token)
    return joined
