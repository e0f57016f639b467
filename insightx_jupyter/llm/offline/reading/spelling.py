"""Words that are not known to a frame, and the one known word that each may have been."""

from __future__ import annotations

from dataclasses import replace

from .columns import token_words
from .grammar import GRAMMAR, Note, Scope
from .lexicon import FrameWords
from .tokens import Token
from .words import SYNONYMS, UNITS, one_edit_apart, singular

_LONGEST = 6  # words of a phrase
_SHORTEST = 5  # letters of a word that may be mended
_PARTS = ("number", "year", "month_name", "weekday_name", "iso_day", "grain", "adverb_grain",
          "superlative", "comparative", "adjective", "entity", "joined_entity", "quoted",
          "hyphen_pace", "quarter_name", "frame_name", "flag_adverb", "coded", "verb")  # fmt: skip


def unknown_words(scope: Scope) -> tuple[str, ...]:
    """Words that nothing in the frame or in the grammar accounts for, as typed."""
    covered = [token.word in GRAMMAR.literals or token.word == "," for token in scope.tokens]
    for place, token in enumerate(scope.tokens):
        start = place  # a phrase that accounts for the word begins with it or before it
        while not covered[place] and place - _LONGEST < start >= 0:
            for part in ("column", "value", *_PARTS):
                for hit in scope.hits(part, start):
                    covered[start : hit.end] = [True] * (hit.end - start)
            start -= 1
        covered[place] = covered[place] or _mentioned(scope, token)
    return tuple(t.text for t, known in zip(scope.tokens, covered, strict=True) if not known)


def _mentioned(scope: Scope, token: Token) -> bool:
    """A part of a column's name (``bill``) or a unit."""
    words = token_words(token)
    return singular(token.word) in UNITS or all(word in scope.words.by_word for word in words)


def corrected(scope: Scope) -> tuple[tuple[Token, ...], tuple[Note, ...]]:
    """The tokens with each unknown word replaced by the only known one a letter away."""
    unknown = set(unknown_words(scope))
    vocabulary = _vocabulary(scope.words)
    tokens: list[Token] = []
    notes: list[Note] = []
    for token in scope.tokens:
        nearest = _nearest(token, vocabulary) if token.text in unknown else None
        if nearest:
            notes.append(Note(token.text, f"read as {nearest}"))
            token = replace(token, text=nearest, word=nearest)
        tokens.append(token)
    return tuple(tokens), tuple(notes)


def _vocabulary(words: FrameWords) -> set[str]:
    known = {word for word in words.by_word if word.isalpha()}
    known |= {word for entries in words.values.values() for e in entries for word in e.words[:1]}
    known |= set(words.entity) | {word for group in SYNONYMS for word in group}
    known |= {f"{word}s" for word in words.entity}
    return known | {word for word in GRAMMAR.literals if len(word) >= _SHORTEST}


def _nearest(token: Token, vocabulary: set[str]) -> str | None:
    if len(token.word) < _SHORTEST or not token.word.isalpha():
        return None
    near = [w for w in vocabulary if w[0] == token.word[0] and one_edit_apart(token.word, w)]
    stems = {singular(word) for word in near}
    return sorted(near)[0] if len(stems) == 1 else None
