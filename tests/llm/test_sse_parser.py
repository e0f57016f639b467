from __future__ import annotations

import itertools
import random

import pytest

from insightx_jupyter.llm.sse import MAX_EVENT, EventTooLong, SseParser

STREAM = (
    "\ufeffdata: one\n\n"
    ": a comment\r\n\r\n"
    "event: ping\ndata: two\r\n\r\n"
    "data:three\rdata:  spaced\r\r"
    "data: line\u2028sep\u0085next é 🙂\n\n"
    "id: 7\nretry: 10\nno colon at all\n\n"
    "data\n\n"
    "data: [DONE]\n\n"
).encode()
EVENTS = ["one", "two", "three\n spaced", "line\u2028sep\u0085next é 🙂", "", "[DONE]"]


def parsed(pieces: list[bytes]) -> list[str]:
    parser = SseParser()
    return [event for piece in pieces for event in parser.feed(piece)] + parser.finish()


def test_events_of_a_stream_in_one_piece() -> None:
    assert parsed([STREAM]) == EVENTS


def test_any_cut_gives_the_same_events() -> None:
    assert parsed([STREAM[i : i + 1] for i in range(len(STREAM))]) == EVENTS
    rng = random.Random(7)
    for _ in range(200):
        cuts = sorted(rng.sample(range(1, len(STREAM)), 5))
        edges = [0, *cuts, len(STREAM)]
        pieces = [STREAM[a:b] for a, b in itertools.pairwise(edges)]
        assert parsed(pieces) == EVENTS, cuts


def test_splitlines_would_have_cut_inside_a_text() -> None:
    # The control: the method that the parser does not use breaks this event.
    assert len("line\u2028sep\u0085next".splitlines()) == 3


def test_a_last_event_without_blank_line_counts_but_half_a_line_does_not() -> None:
    assert parsed([b"data: [DONE]\n"]) == ["[DONE]"]
    assert parsed([b'data: {"choices": [']) == []


def test_an_event_without_end_is_refused() -> None:
    with pytest.raises(EventTooLong):
        parsed([b"data: ", *[b"x" * (MAX_EVENT // 4)] * 5])


def test_many_data_lines_without_end_are_refused_too() -> None:
    with pytest.raises(EventTooLong):
        parsed([b"data: " + b"x" * (MAX_EVENT // 4) + b"\n"] * 5)
