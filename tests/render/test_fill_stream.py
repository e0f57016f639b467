"""The streaming filler gives the same text however the template is split."""

from __future__ import annotations

import random
import time

import pyarrow as pa
import pytest

from insightx_jupyter.render.references import FillStream, fill

TABLE = pa.table({"a": [1, 2], "key": ["x", "`*<b>"], "o": ["O'Hare", "}}"]})
TABLES = {"r1": TABLE}
TEMPLATES = [
    "Plain text, no reference.",
    "One {{r1.a[0]}} and {{ r1.a[key=x] | f1 }}.",
    "Bad {{r1.b}} and {{r1.a[}} and {{ and }} and { { {{{r1.a[0]}}}",
    'Quotes {{r1.a[o="O\'Hare"]}} {{r1.a[o="}}"]}} {{r1.a[o=O\'Hare]}}',
    "Code `{{r1.key[1]}}` and ``a ` {{r1.key[1]}}`` and ` alone {{r1.key[1]}}\nnext `{{r1.a[0]}}`",
    "```\n{{r1.key[1]}} ` x\n```\n{{r1.key[1]}}\n~~~ js\n{{r1.key[1]}}",
    "Escapes \\{{r1.a[0]}} \\` {{r1.key[1]}} ` \\\\ {{r1.a[0]}} \\",
    "Ends in an open {{r1.a[0",
    "Ends in a brace {",
    "Windows\r\nlines {{r1.a[0]}}\r\n\r\nend\r",
    "`a {{r1.key[1]` b }} c {{r1.a[0]}}",
    "long {{" + "x" * 520 + "}} {{r1.a[1]}}",
    "`" + "y" * 2_100 + "` {{r1.key[1]}}",
    "",
]


def streamed(pieces: list[str]) -> str:
    stream = FillStream(TABLES)
    return "".join([*(stream.feed(piece) for piece in pieces), stream.close()])


@pytest.mark.parametrize("template", TEMPLATES)
def test_any_split_gives_what_fill_gives(template: str) -> None:
    whole = fill(template, TABLES, None).text
    assert streamed([template]) == whole
    assert streamed(list(template)) == whole
    for at in range(0, len(template), max(1, len(template) // 60)):
        assert streamed([template[:at], template[at:]]) == whole


def test_random_text_of_marks() -> None:
    marks = ["{{", "}}", "`", "``", "```", "\\", "\n", '"', "'", "r1.a[0]", "r1.key[1]", " ", "~~~"]
    choose = random.Random(7)
    for _ in range(400):
        template = "".join(choose.choices(marks, k=choose.randrange(1, 25)))
        cuts = sorted(choose.choices(range(len(template) + 1), k=3))
        bounds = zip([0, *cuts], [*cuts, len(template)], strict=True)
        pieces = [template[a:b] for a, b in bounds]
        assert streamed(pieces) == fill(template, TABLES, None).text, template


def test_an_unfinished_reference_is_held_back() -> None:
    stream = FillStream(TABLES)
    assert stream.feed("It is {{r1.a") == "It is "
    assert stream.feed("[0]") == ""
    assert stream.feed("}} now") == "1 now"
    assert stream.close() == ""


def test_text_flows_without_waiting_for_the_line() -> None:
    stream = FillStream(TABLES)
    assert stream.feed("First words") == "First words"
    assert stream.feed(" and more") == " and more"


def test_what_is_held_back_is_bounded() -> None:
    stream = FillStream(TABLES)
    begin = time.process_time()
    given = sum(len(stream.feed("`{{xxxxxxxx" * 10)) for _ in range(300))
    assert given > 25_000
    assert time.process_time() - begin < 10
