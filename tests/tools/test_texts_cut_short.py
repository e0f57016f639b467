"""Code and sentences that are too long: cut where a reader would cut them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from insightx_jupyter.tools.text import clip_code, clip_sentence

PYTHON = "\n".join(
    [
        "import numpy as np",
        *(f"step_{i} = np.arange({i})" for i in range(100)),
        "# late: arr_delay > 15",
        *(f"more_{i} = step_{i} * 2  # doubled" for i in range(3)),
        *(f"last_{i} = step_{i}" for i in range(100)),
        'result = {"p": 0.5,',
        '  "n": 3,',
        "}",
        *(f"print(last_{i})" for i in range(100)),
    ]
)


def test_code_is_cut_at_the_ends_of_lines_and_keeps_what_states_choices() -> None:
    cut = clip_code(PYTHON, 800)
    assert len(cut) <= 800
    lines = cut.split("\n")
    assert [x for x in lines if x != "…"] == [x for x in PYTHON.split("\n") if x in lines]
    for kept in ("# late: arr_delay > 15", "more_2 = step_2 * 2  # doubled", '  "n": 3,', "}"):
        assert kept in lines
    assert lines[0] == "import numpy as np"
    assert lines[-1] == "print(last_99)"
    assert not any(a == b == "…" for a, b in pairwise(lines))


def test_comments_of_a_query_are_kept() -> None:
    query = "\n".join([*(f"SELECT {i}," for i in range(300)), "-- nulls: left out", "FROM t"] * 2)
    cut = clip_code(query, 300)
    assert cut.count("-- nulls: left out") == 2
    assert len(cut) <= 300


def test_code_that_fits_stays_and_one_long_line_is_cut_in_its_middle() -> None:
    assert clip_code("x = 1\n\n\ny = 1", 99) == "x = 1\n\n\ny = 1"
    assert len(clip_code("x" * 999, 100)) == 100


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One. Two. Three.", "One. Two."),
        ("One is 1.5 of x. Two and so on", "One is 1.5 of x."),
        ("Without an end here", "Without an e…"),
        ("一。二。" + "三" * 30, "一。二。"),
        ("Short.", "Short."),
    ],
)
def test_reasons_end_with_a_sentence(text: str, cut: str) -> None:
    assert clip_sentence(text, len(cut) if "…" in cut else max(len(cut), 10)) == cut
