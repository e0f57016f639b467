"""Column names in a question: by their words, plurals, abbreviations and synonyms."""

from __future__ import annotations

from collections.abc import Iterator

from ....protocol.dna import Kind
from .grammar import Hit, Note, Scope, Told, native, rule
from .lexicon import Column, FrameWords
from .tokens import Token
from .words import WEAK, canonical, name_words, singular, spelt, synonyms

_LONGEST = 6  # words of a column phrase
_SYNONYM, _PARTIAL, _JOINED = 1, 2, 3  # costs
#: Words that often follow a name without being part of it; that is told.
_LOOSE = {"rate", "price", "figure", "percentage", "percent"}
_GENERIC = {"column", "variable", "field", "feature", "value", "score", "level", "type", "kind",
            "group", "category", "code", "number"}  # fmt: skip
#: After a number these ask for bands of it, which are not made.
_BANDS = {"level", "type", "kind", "group", "category"}


def token_words(token: Token) -> tuple[str, ...]:
    """The canonical words of a token: a plain word, or a name such as ``dep_delay``."""
    if token.text == "%":
        return ("percent",)
    plain = token.text.isalpha() and token.text[1:] == token.text[1:].lower()
    return canonical(token.word) if plain else name_words(token.text)


def plural(tokens: tuple[Token, ...], column: Column) -> bool:
    """Whether a column's last word is said in the plural: ``salaries``."""
    last = column.words[-1:]
    said = [token.word for token in tokens if (singular(token.word),) == last]
    return any(singular(word) != word for word in said)


def matching(words: FrameWords, phrase: tuple[str, ...]) -> list[tuple[Column, int]]:
    """The columns that a phrase names at the least cost, with that cost."""
    found: list[tuple[Column, int]] = []
    seeds = {c for w in phrase for s in (w, *synonyms(w)) for c in words.by_word.get(s, ())}
    for column in words.columns:
        cost = _cost(column, phrase, words.entity) if column in seeds else None
        if cost is not None:
            found.append((column, cost))
    least = min((cost for _, cost in found), default=0)
    return _usual([(column, cost) for column, cost in found if cost == least], phrase)


def _usual(found: list[tuple[Column, int]], phrase: tuple[str, ...]) -> list[tuple[Column, int]]:
    """Of departure and arrival delay, a bare “delay” is the first by convention."""
    if phrase != ("delay",) or len(found) != 2:
        return found
    first = [(c, cost) for c, cost in found if "departure" in c.words and not c.joined]
    return first if any("arrival" in c.words for c, _ in found) and first else found


def _cost(column: Column, phrase: tuple[str, ...], entity: tuple[str, ...]) -> int | None:
    """What it costs to read a phrase as a column; None: it does not fit."""
    left = list(column.words)
    cost = _JOINED if column.joined else 0
    extra: list[str] = []
    own = 0
    for word in phrase:
        same = word if word in left else next((s for s in left if s in synonyms(word)), None)
        if same is None:
            extra.append(word)
            continue
        left.remove(same)
        cost += 0 if same == word else _SYNONYM
        own += 0 if word in WEAK else 1
    if len(extra) == len(phrase) or not _explained(column, extra, entity, phrase):
        return None
    if left and (own == 0 or set(left) & {"error"} == set(left)):
        return None
    return cost + (_PARTIAL if left else 0) + (_PARTIAL if set(extra) & _LOOSE else 0)


def _explained(
    column: Column, extra: list[str], entity: tuple[str, ...], phrase: tuple[str, ...]
) -> bool:
    """Whether the words that are not the column's own only say where it is."""
    if not extra:
        return True
    if column.joined:
        return set(extra) <= {*column.via_words, *column.frame_words}
    if set(extra) <= set(entity) and phrase[: len(extra)] == tuple(extra):
        return True
    if extra[-1] in _BANDS and column.profile.kind.numeric:
        return False
    return len(extra) == 1 and phrase[-1] == extra[0] and extra[0] in _GENERIC | _LOOSE


@native("column")
def _column(scope: Scope, start: int) -> Iterator[Hit]:
    phrase: tuple[str, ...] = ()
    for end in range(start + 1, min(start + _LONGEST, len(scope.tokens)) + 1):
        token = scope.tokens[end - 1]
        if token.word == "," or token.day or (token.quoted and end > start + 1):
            return
        exact = _exact(scope.words, token) if end == start + 1 else None
        twins = _twins(scope.words, token) if end == start + 1 else []
        if twins:
            yield from (Hit(c, end, 0, (Note(token.text, f"`{c.label}`"),)) for c in twins)
            continue
        if exact:
            yield Hit(exact, end, 0, (Note(token.text, exact.label, tell=False),))
            continue
        words = token_words(token)
        if not words:
            return  # a sign such as > is no part of a name
        phrase = (*phrase, *words)
        yield from _phrase_hits(scope, phrase, start, end)


def _exact(words: FrameWords, token: Token) -> Column | None:
    """A column written exactly as it is called."""
    folded = token.text.casefold()
    special = "_" in folded or token.quoted or " " in folded or not folded.isalpha()
    return next((c for c in words.own if special and c.profile.name.casefold() == folded), None)


def _twins(words: FrameWords, token: Token) -> list[Column]:
    """The columns that share the label which is written: `quotes` name one as SQL knows it."""
    if token.quoted:
        return []
    said = token.text.casefold()
    shared = [c for c in words.own if _label_of(c) == said]
    return shared if len(shared) > 1 else []


def _label_of(column: Column) -> str:
    """What the user's own frame calls it."""
    return (column.profile.original or column.profile.name).casefold()


def _phrase_hits(scope: Scope, phrase: tuple[str, ...], start: int, end: int) -> Iterator[Hit]:
    text = scope.text(start, end)
    found = matching(scope.words, phrase)
    same = [pair for pair in found if pair[0].profile.name.casefold() == text.casefold()]
    for column, cost in same or found:  # of engine and engines, the one that is written
        tell = cost > 0 or not spelt(column.profile.name, text)
        note = Note(text, _said(scope, column, phrase), tell=tell)
        if phrase == scope.words.entity and not column.joined:
            if column.profile.kind is not Kind.CATEGORY:
                continue  # the noun for a row; the column of that name needs `quotes`
            cost += 1
        yield Hit(column, end, cost, (note,))


def _said(scope: Scope, column: Column, phrase: tuple[str, ...]) -> str:
    if column.joined and column.col.via:
        left, right = column.col.via
        return (
            f"{column.label}, joined on {left} = {column.col.frame}.{right};"
            f" rows of {scope.frame.name} without a match count as missing"
        )
    if phrase == ("delay",) and len(column.words) > 1:
        return f"{column.label} (the usual one; the arrival delay can be named)"
    return column.label


@rule("column", "{column:plain_column} of (the|its|their|each|) {entity:joined_entity}")
def _of_joined(scope: Scope, column: Column, entity: str) -> Told | None:
    return Told(column) if column.joined and column.col.frame == entity else None


@native("plain_column")
def _plain(scope: Scope, start: int) -> Iterator[Hit]:
    yield from _column(scope, start)


@native("joined_entity")
def _joined_entity(scope: Scope, start: int) -> Iterator[Hit]:
    for frame, words in scope.words.joined_entities.items():
        end = start + len(words)
        said = tuple(singular(token.word) for token in scope.tokens[start:end])
        if words and said == words:
            yield Hit(frame, end)


@rule("the", "[the|a|an|its|their|our|my|this|that|these|those|any|some|all|all the|all of the]")
def _the(scope: Scope) -> str:
    return "the"


@rule("number_column", "{:the} {column}")
def _number_column(scope: Scope, column: Column) -> Column | None:
    return column if column.numeric else None
