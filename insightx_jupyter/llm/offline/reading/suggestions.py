"""What could be asked instead, made of the user's own columns."""

from __future__ import annotations

from .columns import token_words
from .lexicon import Column, FrameWords, is_clock, is_code
from .tokens import Token

_OFFERED = 3
_MOST_GROUPS = 50


def suggested(frames: tuple[FrameWords, ...], tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Up to three questions that can be read, about the frame that the words are nearest to."""
    if not frames:
        return ()
    said = {word for token in tokens for word in token_words(token)}
    frame = max(frames, key=lambda words: _nearness(words, said))
    return tuple(_questions(frame, said))[:_OFFERED]


def _nearness(frame: FrameWords, said: set[str]) -> int:
    entity = 3 * len(said & set(frame.entity))
    return entity + sum(len(said & set(column.words)) for column in frame.own)


def _questions(frame: FrameWords, said: set[str]) -> list[str]:
    amount = _preferred(_amounts(frame), said)
    label = _preferred(_labels(frame), said)
    name = frame.profile.name
    questions: list[str] = []
    if amount and label:
        questions.append(f"average {amount.col.column} by {label.col.column}")
    if label:
        questions.append(f"how many rows per {label.col.column} in {name}")
    if amount:
        questions.append(f"distribution of {amount.col.column} in {name}")
    return [*questions, f"describe {name}"]


def _preferred(columns: list[Column], said: set[str]) -> Column | None:
    return max(columns, key=lambda column: len(said & set(column.words)), default=None)


def _amounts(frame: FrameWords) -> list[Column]:
    return [
        column
        for column in frame.own
        if column.numeric and not is_code(column, frame.profile) and not is_clock(column)
    ]


def _labels(frame: FrameWords) -> list[Column]:
    few = [c for c in frame.own if 1 < (c.profile.distinct or 0) <= _MOST_GROUPS]
    return [c for c in few if not c.numeric and not c.temporal] or few
