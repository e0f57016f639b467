"""Questions as people type them, about real frames, each with the intent that it has."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from insightx_jupyter.llm.offline.reading import Unread, read
from insightx_jupyter.protocol.dna import DataDna

_CORPUS = Path(__file__).parent / "corpus"
_REFUSED = "unread: "


def _questions() -> list[Any]:
    """(set, question, expected) for every line; the set is the file's first word."""
    rows = []
    for path in sorted(_CORPUS.glob("*.toml")):
        if path.stem == "unread":
            continue
        data_set = path.stem.removesuffix("_later")
        for question, expected in tomllib.loads(path.read_text("utf-8")).items():
            rows.append(pytest.param(data_set, question, expected, id=f"{data_set}-{question}"))
    return rows


def _unreadable() -> list[tuple[str, str]]:
    return list(tomllib.loads((_CORPUS / "unread.toml").read_text("utf-8")).items())


@pytest.mark.parametrize(("data_set", "question", "expected"), _questions())
def test_question_means_what_its_author_meant(
    data_set: str,
    question: str,
    expected: str,
    dna_of: Callable[[str], DataDna],
    written: Callable[[Any], str],
) -> None:
    reading = read(question, dna_of(data_set))
    if isinstance(reading, Unread):
        assert expected.startswith(_REFUSED), reading.reason
        assert expected.removeprefix(_REFUSED).casefold() in reading.reason.casefold()
    else:
        assert written(reading.intent) == expected


@pytest.mark.parametrize(("question", "word"), _unreadable())
def test_what_cannot_be_known_is_refused_by_its_word(
    question: str, word: str, flights_dna: DataDna
) -> None:
    answer = read(question, flights_dna)
    assert isinstance(answer, Unread), answer
    assert word.casefold() in answer.reason.casefold()


def test_corpus_is_large_enough_to_mean_something() -> None:
    expected = [parameter.values[2] for parameter in _questions()]
    readable = [one for one in expected if not one.startswith(_REFUSED)]
    assert len(readable) >= 200
    assert len(expected) - len(readable) + len(_unreadable()) >= 40
