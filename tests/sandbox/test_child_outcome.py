"""What a hostile child may say, and what is left of it."""

from __future__ import annotations

import base64

import pytest

from insightx_jupyter.errors import CodeFailed
from insightx_jupyter.sandbox.outcome import (
    MAX_ERROR,
    MAX_FIGURES,
    MAX_STDOUT,
    Output,
    plain,
    read_verdict,
    with_printed,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"rest"


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\x", "x"),
        ("\x1bcreset", "reset"),
        ("a\x00b\x08c\x9bd", "abcd"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("10%\r50%\r100%\ndone", "100%\ndone"),
        ("a\r\nb", "a\nb"),
        ("tab\tstays — ü", "tab\tstays — ü"),
        (None, ""),
        (b"bytes", ""),
    ],
)
def test_plain(raw: object, clean: str) -> None:
    assert plain(raw, 100) == clean


def test_only_text_and_pictures_are_taken() -> None:
    output = Output()
    output.add("stream", {"name": "stdout", "text": "hello\n"})
    output.add("display_data", {"data": {"text/html": "<script>", "application/javascript": "x"}})
    output.add("display_data", {"data": {"text/html": "<b>", "text/plain": "words"}})
    output.add("update_display_data", {"data": {"text/plain": "no"}})
    output.add("comm_open", {"data": {"text/plain": "no"}})
    output.add("execute_result", {"data": {"text/plain": "42", "text/html": "<i>"}})
    assert output.text() == "hello\nwords\n"
    assert output.value == "42"
    assert output.figures == []


def test_pictures_are_pngs_and_few() -> None:
    output = Output()
    for data in ("not base64!", encoded(b"GIF89a"), encoded(b"<svg/>"), 7, None):
        output.add("display_data", {"data": {"image/png": data}})
    assert output.figures == []
    for n in range(MAX_FIGURES + 5):
        output.add(
            "display_data",
            {
                "data": {"image/png": encoded(PNG)},
                "metadata": {"insightx": {"words": f"\x1b[1mno {n}"}},
            },
        )
    assert len(output.figures) == MAX_FIGURES
    assert output.figures[3] == (PNG, "no 3")


def test_floods_are_cut_with_a_mark() -> None:
    output = Output()
    for _ in range(1000):
        output.add("stream", {"text": "x" * 10_000})
    text = output.text()
    assert len(text) < MAX_STDOUT + 100
    assert text.endswith("[output cut at 100,000 characters]")


@pytest.mark.parametrize("content", [{}, {"data": 3}, {"data": {"image/png": []}}, {"text": []}])
def test_odd_content_is_dropped(content: dict) -> None:
    output = Output()
    for kind in ("stream", "display_data", "execute_result"):
        output.add(kind, content)
    assert output.text() == ""


def test_a_failure_reads_well() -> None:
    failure = {
        "type": "KeyError",
        "message": "'x' in /scratch/dir",
        "line": 3,
        "text": "df['x']",
        "steps": ["line 9: `f()`"],
        "hint": "Did you mean y?",
    }
    error = read_verdict({"failure": failure}, ("/scratch",)).failure
    assert isinstance(error, CodeFailed)
    assert error.message == (
        "KeyError: 'x' in /dir\nin line 3: `df['x']`.\ncalled from line 9: `f()`."
    )
    assert error.hint == "Did you mean y?"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"failure": []},
        {"tables": {}},
        {"tables": [1, None, {}]},
        {"failure": {"line": "x", "steps": 4, "type": []}},
        {"text": 5, "shown": "yes"},
    ],
)
def test_odd_verdicts_do_no_harm(message: dict) -> None:
    verdict = read_verdict(message, ())
    assert verdict.shown is False
    assert all(isinstance(name, str) for name in verdict.tables)


def test_errors_are_bounded() -> None:
    huge = dict.fromkeys(("type", "message", "text", "hint"), "y" * 10**6)
    error = read_verdict({"failure": {**huge, "line": 1, "steps": ["z" * 10**6] * 99}}, ()).failure
    assert error is not None
    assert len(str(with_printed(error, "p" * 10**6))) <= MAX_ERROR


def test_table_names_are_few() -> None:
    verdict = read_verdict({"tables": [str(n) for n in range(10_000)]}, ())
    assert len(verdict.tables) <= 16
