"""Plain text, markdown and the JSON of the record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from insightx_jupyter.protocol.answer import FilledText, NumberStatus, NumberTrace
from insightx_jupyter.protocol.record import RECORD_MIME, Record
from insightx_jupyter.render import words
from insightx_jupyter.render.bundle import bundle
from insightx_jupyter.render.escape import fenced


def test_plain(make_record: Callable[..., Record]) -> None:
    text = bundle(make_record())["text/plain"]
    assert "Frontier Airlines Inc. is late most often: 38.8\u00a0% of its 681 arrivals" in text
    assert "All 4 numbers traced" in text
    assert re.search(r"Frontier Airlines Inc\. +F9 +681 +264 +0\.3877\n", text)
    assert "First 10 of 16 rows, 5 columns. All of it: ans.df" in text
    assert "- late: arrived 15 minutes or more after schedule (arr_delay >= 15)" in text


def test_markdown(make_record: Callable[..., Record]) -> None:
    text = bundle(make_record())["text/markdown"]
    assert "**Frontier Airlines Inc. is late most often: 38.8\u00a0% of its 681 arrivals" in text
    assert "| airline | carrier | flights | late | late_share |\n| :--- | :--- | ---: |" in text
    assert "- **late**: arrived 15 minutes or more after schedule (`arr_delay >= 15`)" in text
    assert "```sql\nSELECT name AS airline" in text


def test_record_travels_whole(make_record: Callable[..., Record]) -> None:
    record = make_record()
    assert Record.model_validate(json.loads(json.dumps(bundle(record)[RECORD_MIME]))) == record


def test_fence_is_longer_than_any_inside() -> None:
    assert fenced("a\n````\nb", "sql") == "`````sql\na\n````\nb\n`````"


@pytest.mark.parametrize(
    ("statuses", "traced", "text"),
    [
        (["reference"] * 21, True, "All 21 numbers traced"),
        (["found"], True, "The one number traced"),
        (["found"] * 21 + ["not_found"], False, "1 of 22 numbers not found in the results"),
        (["bad_reference"], False, "1 of 1 number not found in the results"),
        ([], True, ""),
    ],
)
def test_verdict(statuses: list[str], traced: bool, text: str) -> None:
    numbers = tuple(
        NumberTrace(start=i, end=i + 1, text="7", status=NumberStatus(s))
        for i, s in enumerate(statuses)
    )
    answer = FilledText(template="", text="7" * len(statuses), numbers=numbers)
    assert words.verdict(answer) == (traced, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 ms"),
        (0.065, "65 ms"),
        (0.4, "0.4 s"),
        (10.93, "10.9 s"),
        (59.97, "1 min 0 s"),
        (125, "2 min 5 s"),
    ],
)
def test_seconds(value: float, text: str) -> None:
    assert words.seconds(value) == text


def test_listed() -> None:
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed([str(i) for i in range(9)]) == "0, 1, 2, 3, 4 and 4 more"
