"""Reading a template takes time in proportion to its length, whole and as it arrives."""

from __future__ import annotations

import random
import time

import pyarrow as pa
import pytest

from insightx_jupyter.render.escape import visible
from insightx_jupyter.render.references import MOST_REFERENCES, FillStream, fill, problems
from insightx_jupyter.render.template import LONGEST_TEMPLATE

TABLES = {"r1": pa.table({"a": [1, 2], "k": ["x", "y"]})}
PIECES = [
    "{", "{{", '{{"', '{{="', "{{='}}", '{{="}}', "`", "``a", "{{`", "\\", "}}", "}", "~~~", "[k=",
    "1,", "-", "\n", " ", "9", "a", "*", "![", "|", "{{r1.a[0]}}",
]  # fmt: skip


def both(text: str, size: int) -> float:
    """CPU seconds to fill it whole and in parts; both have to give the same."""
    begin = time.process_time()
    whole = fill(text, TABLES, None).text
    stream = FillStream(TABLES)
    parts = [stream.feed(text[i : i + size]) for i in range(0, len(text), size)]
    assert "".join([*parts, stream.close()]) == whole
    return time.process_time() - begin


@pytest.mark.parametrize(
    "text",
    [
        "{" * 150_000,
        "{{" * 75_000,
        '{{"' * 50_000,
        '{{="}}' * 25_000,
        "{{=\"}}{{='}}" * 12_000,
        "{{`" * 50_000,
        "`" * 150_000,
        "`a" * 75_000,
        ("`" + "``a" * 650) * 70,
        "```" + "x" * 150_000,
        " " * 150_000,
        "{{r1.a[" * 20_000,
        "1," * 75_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_known_shapes(text: str) -> None:
    assert both(text, 50) < 5


def test_random_shapes() -> None:
    choose = random.Random(11)
    for _ in range(12):
        unit = "".join(choose.choices(PIECES, k=choose.randrange(1, 6)))
        assert both(unit * (30_000 // len(unit)), choose.choice([1, 7, 400])) < 5, unit


def test_an_answer_that_never_ends_is_cut_and_says_so() -> None:
    text = "word " * (LONGEST_TEMPLATE // 5) + "{{r1.a[0]}} unseen"
    filled = fill(text, TABLES, None)
    assert filled.text.endswith("word \n\nCut here: the answer is longer than can be shown.")
    assert len(filled.template) <= LONGEST_TEMPLATE
    assert both(text, 999) < 5
    assert fill(text[: LONGEST_TEMPLATE - 1], TABLES, None).text == text[: LONGEST_TEMPLATE - 1]


def test_references_beyond_any_answer_are_marked() -> None:
    text = "{{r1.a[0]}} " * (MOST_REFERENCES + 1)
    assert both(text, 500) < 5
    (problem,) = problems(fill(text, TABLES, None))
    assert "an answer has at most 1,000 references" in problem


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\U000e0041b", "a⟨U+E0041⟩b"),
        ("a\U000e0101b", "a⟨U+E0101⟩b"),
        ("pass\u200dword \u200d", "password "),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
    ],
)  # fmt: skip
def test_what_nobody_sees_is_shown_or_dropped(text: str, shown: str) -> None:
    assert visible(text) == shown
