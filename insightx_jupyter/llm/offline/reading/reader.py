"""Read a question against every frame; the one cheapest reading counts, or none does."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from ....protocol.dna import DataDna
from ..intent import Intent, Reading
from . import adjectives, dates, filters, forms, phrases, refusals, special, verbs
from .conditions import plain, sorted_conditions
from .grammar import Hit, Note, Scope
from .lexicon import Column, FrameWords, build
from .spelling import corrected, unknown_words
from .suggestions import suggested
from .tokens import Token, tokenize
from .ways import way

_KEPT = 4
_lexicons: OrderedDict[int, tuple[DataDna, tuple[FrameWords, ...]]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Unread:
    """A question that was not read: which words, and what could be asked instead."""

    reason: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    intent: Intent
    cost: int
    notes: tuple[Note, ...]
    frame: str


def read(question: str, dna: DataDna, *, history: Sequence[str] = ()) -> Reading | Unread:
    """What a question asks for, or why that is not known.

    ``history`` holds earlier questions, oldest first; a question is read by itself
    and says so when it leans on one of them.
    """
    tokens = tokenize(question)
    frames = _lexicon(dna)
    if not any(token.text for token in tokens):
        return Unread("The question is empty.", suggested(frames, ()))
    refused = refusals.refused(tokens, leaning=bool(history))
    scopes = [Scope(words, tokens) for words in frames]
    candidates = [candidate for scope in scopes for candidate in _readings(scope)]
    if candidates:
        return _chosen(question, candidates)
    if refused:
        return Unread(refused, suggested(frames, tokens))
    return _mended(question, frames, tokens) or _unread(scopes, frames, tokens)


def _lexicon(dna: DataDna) -> tuple[FrameWords, ...]:
    """The words of these frames, kept for the next question about the same DNA."""
    key = id(dna)
    if key in _lexicons and _lexicons[key][0] is dna:
        _lexicons.move_to_end(key)
        return _lexicons[key][1]
    words = build(dna)
    _lexicons[key] = (dna, words)
    while len(_lexicons) > _KEPT:
        _lexicons.popitem(last=False)
    return words


def _readings(scope: Scope) -> Iterator[_Candidate]:
    """Every reading of the whole question about one frame."""
    if unknown_words(scope):
        return
    for start in scope.hits("intro", 0):
        for form in scope.hits("form", start.end):
            for end in scope.hits("outro", form.end):
                if end.end == len(scope.tokens):
                    yield _Candidate(
                        plain(form.value), form.cost, _all_notes(form), scope.frame.name
                    )


def _all_notes(hit: Hit) -> tuple[Note, ...]:
    return tuple(dict.fromkeys(hit.notes))


def _chosen(question: str, candidates: list[_Candidate]) -> Reading | Unread:
    """The cheapest; where two that differ cost the same, the question has to say more."""
    least = min(candidate.cost for candidate in candidates)
    best: dict[Hashable, _Candidate] = {}
    for candidate in candidates:
        if candidate.cost == least:
            same = sorted_conditions(candidate.intent)
            known = best.get(same)
            if known is None or len(candidate.notes) < len(known.notes):
                best[same] = candidate
    if len(best) == 1:
        (only,) = best.values()
        return Reading(question, only.intent, _choices(only.notes))
    return _ambiguous(question, list(best.values()))


def _choices(notes: tuple[Note, ...]) -> tuple[str, ...]:
    told = dict.fromkeys(f"{note.word}: {note.reading}" for note in notes if note.tell)
    return tuple(told)


def _ambiguous(question: str, candidates: list[_Candidate]) -> Unread:
    """Name the first word that the readings differ in, with a question for each."""
    frames = list(dict.fromkeys(candidate.frame for candidate in candidates))
    if len(frames) == len(candidates):
        listed = " or ".join(frames)
        bare = question.rstrip("? .")
        asked = tuple(f"{bare} in {frame}" for frame in frames)
        return Unread(f"The question fits {listed}. Say which.", asked)
    by_word: dict[str, list[str]] = {}
    for candidate in candidates:
        for word, reading in _first_readings(candidate).items():
            options = by_word.setdefault(word, [])
            if reading not in options:
                options.append(reading)
    for word, options in by_word.items():
        if len(options) > 1:
            names = list(dict.fromkeys(_bare(option) for option in options))
            if len(names) == 1:  # one name by two roads
                names = list(dict.fromkeys(option.split(";")[0] for option in options))
            listed = " or ".join(names)
            asked = tuple(_rephrased(question, word, name) for name in names)
            return Unread(f"“{word}” can be {listed}. Say which.", asked)
    ways = list(dict.fromkeys(way(candidate.intent) for candidate in candidates))
    if len(ways) == 1:  # they differ in where a figure is taken from
        ways = [f"{ways[0]} ({', '.join(_choices(one.notes))})" for one in candidates]
    listed = "; or ".join(ways[:4])
    return Unread(f"The question can be read in more than one way: {listed}. Say which.", ())


def _bare(reading: str) -> str:
    """The name in a note, without what is explained about it."""
    for mark in (",", ";", " = ", " (", " > ", " <"):
        reading = reading.split(mark)[0]
    return reading


def _rephrased(question: str, word: str, name: str) -> str:
    """The question with one reading put into it: a date is named before its condition."""
    if name.startswith("by "):
        return question.replace(word, f"with {name[3:]} {word}")
    return question.replace(word, f"by {name}" if word == "over time" else name)


def _first_readings(candidate: _Candidate) -> dict[str, str]:
    first: dict[str, str] = {}
    for note in candidate.notes:
        first.setdefault(note.word, note.reading)
    return first


def _mended(
    question: str, frames: tuple[FrameWords, ...], tokens: tuple[Token, ...]
) -> Reading | Unread | None:
    """Try again with words that are one letter from a known one; each is told."""
    candidates: list[_Candidate] = []
    for words in frames:
        scope = Scope(words, tokens)
        mended, notes = corrected(scope)
        if notes:
            for one in _readings(Scope(words, mended)):
                kept = (*notes, *one.notes)
                candidates.append(_Candidate(one.intent, one.cost + len(notes), kept, one.frame))
    return _chosen(question, candidates) if candidates else None


def _unread(
    scopes: list[Scope], frames: tuple[FrameWords, ...], tokens: tuple[Token, ...]
) -> Unread:
    """Unknown words first; else why a reading was turned down; else where reading stopped."""
    unknown = min((unknown_words(scope) for scope in scopes), key=len, default=())
    offers = suggested(frames, tokens)
    if unknown:
        listed = ", ".join(f"“{word}”" for word in unknown)
        elsewhere = _apart(scopes, unknown)
        if elsewhere:
            return Unread(elsewhere, offers)
        return Unread(f"No column, value or known word: {listed}.", offers)
    refusal = next((scope.refusals[0] for scope in scopes if scope.refusals), None)
    if refusal:
        return Unread(f"Not read: {refusal}.", offers)
    known = [scope for scope in scopes if not unknown_words(scope)]
    unclear = next((said for scope in known if (said := _unclear_column(scope))), None)
    if unclear:
        return Unread(unclear, offers)
    stop = max((_read_up_to(scope) for scope in known), default=0)
    rest = " ".join(token.text for token in tokens[stop:])
    if not stop or not rest:
        return Unread("The words are known, but not this form of question.", offers)
    return Unread(f"The words are known, but not what “{rest}” adds to the question.", offers)


def _apart(scopes: list[Scope], unknown: tuple[str, ...]) -> str | None:
    """Words that are known, but to another frame than the rest of the question."""
    here = min(scopes, key=lambda scope: len(unknown_words(scope)))
    for scope in scopes:
        if not set(unknown) & set(unknown_words(scope)):
            listed = ", ".join(f"“{word}”" for word in unknown)
            one, other = here.frame.name, scope.frame.name
            return f"{listed} is in {other}, the rest in {one}; no unique key joins them so."
    return None


def _read_up_to(scope: Scope) -> int:
    """How far the longest form goes that could be read from the start."""
    ends = [form.end for start in scope.hits("intro", 0) for form in scope.hits("form", start.end)]
    return max(ends, default=0)


def _road(column: Column) -> str:
    """A column's name, with the way that leads to it where it is in another frame."""
    return f"{column.label} of {column.col.via[0]}" if column.col.via else column.label


def _unclear_column(scope: Scope) -> str | None:
    """Words that fit several columns equally well."""
    start = 0
    while start < len(scope.tokens):
        hits = scope.hits("column", start)
        end = max((hit.end for hit in hits), default=start)
        longest = [hit for hit in hits if hit.end == end]
        if len(longest) > 1:
            names = " or ".join(dict.fromkeys(_road(hit.value) for hit in longest[:4]))
            return f"“{scope.text(start, end)}” can be {names}. Say which."
        start = max(end, start + 1)
    return None


#: Modules whose rules are registered by importing them.
_RULES = (adjectives, dates, filters, forms, phrases, special, verbs)
