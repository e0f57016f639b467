"""The prose's tree: blocks, marks that nest, numbers as spans of their own."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from insightx_jupyter.protocol.answer import FilledText
from insightx_jupyter.render.html.prose import blocks_html
from insightx_jupyter.render.inline import choice, inline_of, words_of_inline
from insightx_jupyter.render.markdown import prose_markdown
from insightx_jupyter.render.prose import read_prose
from insightx_jupyter.render.references import fill


def markdown_of(text: str) -> str:
    return prose_markdown(read_prose(FilledText(template=text, text=text)))


@pytest.mark.parametrize(
    "text",
    [
        "A paragraph with **bold**, *italic* and `code *x*`.",
        "**bold *and italic* in it** end",
        "#### Heading",
        "- one\n- two\n  - deeper",
        "1. one\n2. two",
        "> quoted",
        "```\ncode *x* <b>\n```",
        "| a | b |\n| --- | --- |\n| 1 | **2** |",
        "First\n\nSecond",
        "snake_case_name and 2 \\* 3",
        "---",
    ],
)
def test_safe_markdown_comes_back_as_it_was(text: str) -> None:
    assert markdown_of(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<script>x</script>", r"\<script\>x\</script\>"),
        ("[words](javascript:alert(1))", r"\[words\](javascript:alert(1))"),
        ("[words](https://a.example/b)", r"words (https\://a.example/b)"),
        ("![alt](https://a.example/b.png)", "alt"),
        ("**never closed", r"\*\*never closed"),
        ("* not a list*", r"- not a list\*"),
        ("a ** b ** c", r"a \*\* b \*\* c"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
        ("line  \nbroken", "line  \nbroken"),
        ("line\ncarried on", "line carried on"),
        ("`a` `b", r"`a` \`b"),
        ("<!-- x -->", r"\<!-- x --\>"),
    ],
)
def test_what_is_no_markdown_of_ours_becomes_text(text: str, safe: str) -> None:
    assert markdown_of(text).replace("* not", "- not") == safe


@pytest.mark.parametrize("text", ["**a *b** c*", "*a **b* c**", "__a _b__ c_", "***a***", "**a*"])
def test_marks_are_always_properly_nested(text: str) -> None:
    opened: list[str] = []
    for block in read_prose(FilledText(template=text, text=text)):
        for piece in block.inline:
            if piece.kind.startswith("open "):
                opened.append(piece.kind[5:])
            elif piece.kind.startswith("close "):
                assert opened.pop() == piece.kind[6:]
    assert opened == []


def test_a_number_is_one_span_whatever_it_holds() -> None:
    table = pa.table({"n": [681], "name": ["**x** `y` <b>"]})
    filled = fill("**{{r1.n}}** {{r1.name}} `{{r1.name}}` and 681", {"r1": table}, None)
    (block,) = read_prose(filled)
    spans = [(p.kind, p.text, p.trace.source) for p in block.inline if p.trace]
    assert spans == [
        ("text", "681", "n"),
        ("text", "**x** `y` <b>", "name"),
        ("code", "**x** ˋyˋ <b>", "name"),
        ("text", "681", "n"),
    ]


def test_lists_become_one_list_each() -> None:
    text = "- a\n- b\n\n3. c\n4. d"
    html = blocks_html(read_prose(FilledText(template=text, text=text)))
    assert html.count("<ul") == html.count("<ol") == 1
    assert '<li value="3"' in html


@pytest.mark.parametrize(
    "unit", ["*a ", "**", "`", "[", "_a", "> ", "- a\n", "|a\n|-\n", "\\", "![("]
)
def test_long_hostile_prose_takes_no_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    begin = time.process_time()
    html = blocks_html(read_prose(fill(text, {}, None)))
    assert time.process_time() - begin < 8
    assert "the whole text has" in html


def test_choices_are_markdown_with_a_word() -> None:
    word, reading = choice(r"late: at least 15 minutes (`arr_delay >= 15`), \*so\*")
    assert word == "late"
    assert words_of_inline(reading) == "at least 15 minutes (arr_delay >= 15), *so*"
    assert choice("no word here")[0] == ""
    assert choice("**late:** by 15")[0] == "late"
    assert words_of_inline(choice("**late:** by 15")[1]) == "by 15"
    assert words_of_inline(inline_of("a\nb")) == "a b"
