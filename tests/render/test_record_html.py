"""The record as html: complete, self-contained, and closed to whatever is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pyarrow as pa
import pytest

from insightx_jupyter.protocol.plan import AgentName, Classification, Plan
from insightx_jupyter.protocol.record import (
    RECORD_MIME,
    FailureRecord,
    FrameFingerprint,
    ModelInfo,
    Record,
    SandboxInfo,
    StepRecord,
)
from insightx_jupyter.protocol.results import (
    Column,
    Figure,
    FrameRead,
    NamedTable,
    PythonResult,
    SqlResult,
    TableSlice,
)
from insightx_jupyter.render.bundle import bundle
from insightx_jupyter.render.html.record import record_html
from insightx_jupyter.render.references import fill

TEXT_TAGS = {"div", "span", "b", "p", "br", "hr", "h4", "strong", "em", "code", "pre", "sup", "img"}
LIST_TAGS = {"ul", "ol", "li", "dl", "dt", "dd", "blockquote", "details", "summary"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
ALLOWED = TEXT_TAGS | LIST_TAGS | TABLE_TAGS
VOID = {"br", "hr", "img"}
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>\u202egpj\x07'`**{{r1.a}}"


class Page(HTMLParser):
    """What a browser would make of it: elements, attributes, text; tags have to match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def check_closed(html: str) -> Page:
    """Only elements and attributes of ours, and nothing that loads or runs."""
    page = Page(html)
    assert {tag for tag, _ in page.elements} <= ALLOWED
    for _, attributes in page.elements:
        names = {"style", "title", "open", "scope", "src", "alt", "width", "height", "value"}
        assert set(attributes) <= names
        assert "url(" not in attributes.get("style", "")
        assert "var(" not in attributes.get("style", "")
        assert attributes.get("src", "data:image/png;base64,").startswith("data:image/png;base64,")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", html)
    return page


def test_the_checks_see_an_attack() -> None:
    for attack in (f"<p>{HOSTILE}</p>", '<p onclick="x">a</p>', "<p>\u202e</p>", "<svg></svg>"):
        with pytest.raises(AssertionError):
            check_closed(attack)


def test_parts_stand_in_order(make_record: Callable[..., Record]) -> None:
    page = check_closed(record_html(make_record()))
    order = (
        "InsightX|gpt-4o-mini via Bytez|10.9 s|All 4 numbers traced|Frontier Airlines Inc. is late|"
        "Share late|Result|First 10 of 16 rows, 5 columns. All of it: |How it was read|1 choice|"
        "SQL|6 lines · 16 rows · 65 ms|Provenance|Ask next|Does it hold"
    )
    places = [0]
    for part in order.split("|"):
        places.append(page.text.index(part, places[-1]))
    assert re.search(r"\d{1,2} Nov 2026, \d\d:\d\d · 10\.9 s", page.text)


def test_numbers_name_their_source(make_record: Callable[..., Record]) -> None:
    spans = [a["title"] for a in Page(record_html(make_record())).all("span") if "title" in a]
    assert spans == [
        "Found: airline, row 1",
        "Found: late_share, row F9",
        "Found: flights, row F9",
        "Found: the question or the code",
        "Found: r1, number of rows",
    ]


def test_header_and_provenance_count_the_same(
    make_record: Callable[..., Record], carriers: pa.Table
) -> None:
    # A name that was filled in has a source too, but is no number.
    text = "{{r1.airline[0]}} {{r1.airline[1]}}: {{r1.late[0]}}, {{r1.late[1]}}, 99.9 %, at 15"
    answer = fill(text, {"r1": carriers}, None, known=">= 15")
    assert len(answer.numbers) == 6
    page = Page(record_html(make_record(answer=answer)))
    assert "1 of 4 numbers not found" in page.text
    assert "2 from the results, 1 from the question or the code, not found: 99.9 %" in page.text
    names = fill("{{r1.airline[0]}}", {"r1": carriers}, None)
    assert "Numbers" not in Page(record_html(make_record(answer=names))).text


@pytest.mark.parametrize("result_code", ["", HOSTILE, "x" * 100_000, "\n\n# a\n", "`" * 90, "\\"])
def test_any_code_for_the_result_is_harmless(
    make_record: Callable[..., Record], result_code: str
) -> None:
    record = make_record(result_code=result_code)
    page = check_closed(record_html(record))
    leads = bool(result_code.strip())
    assert ("All of it:" in page.text) is leads
    forms = bundle(record)
    (caption,) = [line for line in forms["text/markdown"].split("\n") if "First 10 of" in line]
    # In code, so that no html of it is html.
    assert caption.count("`") == (2 if leads else 0)
    assert caption.endswith("`" if leads else "5 columns.")
    assert len(caption) < 200
    assert len(forms["text/plain"]) < 5_000


def test_folds_and_which_is_open(make_record: Callable[..., Record]) -> None:
    def opened(record: Record) -> list[bool]:
        return ["open" in a for a in Page(record_html(record)).all("details")]

    assert opened(make_record()) == [True, False, False]
    failure = FailureRecord(code="query_failed", message="No.")
    failed = make_record(status="failed", answer=None, choices=(), failure=failure)
    assert opened(failed) == [True, False]


def test_table_is_a_table(make_record: Callable[..., Record]) -> None:
    page = Page(record_html(make_record()))
    scopes = [a.get("scope") for a in page.all("th")]
    assert scopes[:5] == ["col"] * 5
    assert set(scopes[5:]) == {"row"}  # the terms of the provenance
    assert "text-align:right" in page.all("th")[2]["style"]
    assert "text-align:left" in page.all("th")[0]["style"]
    assert len(page.all("td")) == 50 + len(scopes[5:])


def test_number_not_found_is_marked_and_named(
    make_record: Callable[..., Record], carriers: pa.Table
) -> None:
    answer = fill("It is 99.9 % against {{r1.late[0]}} and {{r9.x}}.", {"r1": carriers}, None)
    html = record_html(make_record(answer=answer))
    page = check_closed(html)
    assert "2 of 3 numbers not found in the results" in page.text
    assert "99.9 % is in no result of this run. The model may have it from memory." in page.text
    assert "⟨r9.x?⟩ names no value." in page.text
    assert html.count("2px dashed") == 2
    assert page.text.count("?⟩?") == 1
    assert "99.9 %?" in page.text


def test_bare_words_keep_apart_without_styles(make_record: Callable[..., Record]) -> None:
    html = re.sub(r' style="[^"]*"', "", record_html(make_record()))
    assert " · SQL · " in Page(html).text
    assert "How it was read 1 choice" in Page(html).text


def hostile_record(make_record: Callable[..., Record]) -> Record:
    table = TableSlice(
        columns=(Column(name=HOSTILE, type=HOSTILE), Column(name="n", type="BIGINT")),
        rows=((HOSTILE, HOSTILE), (None, 1)),
        total_rows=2,
        total_columns=2,
    )
    frame = FrameRead(frame=HOSTILE, columns=(HOSTILE,))
    cells = pa.table({"a": [HOSTILE], "b": [1]})
    prose = (
        f"# {HOSTILE}\n- {HOSTILE}\n\n`{HOSTILE}\n\n```\n{HOSTILE}\n```\n|a|\n|-|\n|{HOSTILE}|\n\n"
    )
    return make_record(
        question=HOSTILE,
        privacy=HOSTILE,
        run_id=HOSTILE,
        model=ModelInfo(provider=HOSTILE, name=HOSTILE),
        sandbox=SandboxInfo(level="standard", reason=HOSTILE),
        plan=Plan(classification=Classification.SQL_THEN_PY, reasoning=HOSTILE),
        steps=(StepRecord(agent=AgentName.SQL, summary=HOSTILE, seconds=1),),
        sql=(SqlResult(name=HOSTILE, query=HOSTILE, table=table, seconds=1, reads=(frame,)),),
        python=(PythonResult(name=HOSTILE, code=HOSTILE, stdout=HOSTILE, unisolated=True),),
        result=NamedTable(name=HOSTILE, table=table),
        figures=(Figure(name=HOSTILE, png_base64=HOSTILE, alt=HOSTILE),),
        answer=fill(prose + "{{r1.a[0]}} `{{r1.a[0]}}` {{r1.b[x]}}", {"r1": cells}, None),
        choices=(f"{HOSTILE}: {HOSTILE}",),
        followups=(HOSTILE,),
        warnings=(HOSTILE,),
        frames=(FrameFingerprint(frame=HOSTILE, rows=1, columns=1, fingerprint=HOSTILE),),
        frames_in_view=(HOSTILE,),
        versions={HOSTILE: HOSTILE},
    )


def test_nothing_hostile_gets_through(make_record: Callable[..., Record]) -> None:
    page = check_closed(record_html(hostile_record(make_record)))
    assert page.text.count("<script>alert(1)</script>") > 15
    assert "⟨U+202E⟩" in page.text
    assert "␇" in page.text


def test_failure_is_escaped_too(make_record: Callable[..., Record]) -> None:
    failure = FailureRecord(code="x", message=HOSTILE, hint=HOSTILE)
    check_closed(record_html(make_record(status="failed", answer=None, failure=failure)))


def test_every_form_of_a_hostile_record(make_record: Callable[..., Record]) -> None:
    forms = bundle(hostile_record(make_record))
    assert set(forms) == {"text/plain", "text/markdown", "text/html", RECORD_MIME}
    for form in ("text/plain", "text/markdown"):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", forms[form])
    fences = re.sub(r"(?ms)^(`{3,})\w*\n.*?^\1$", "", forms["text/markdown"])
    outside_code = re.sub(r"(?<!\\)`[^`\n]*`", "", fences)
    assert "script" in outside_code
    assert not re.search(r"(?<!\\)<", outside_code)


def test_only_a_png_is_shown(make_record: Callable[..., Record], png: str) -> None:
    for bad in ("", "PHN2Zz4=", "not base64", png[:4] + "\n" + png[4:]):
        figures = (Figure(name="f", png_base64=bad, alt="What it shows"),)
        page = Page(record_html(make_record(figures=figures)))
        assert {a["width"] for a in page.all("img")} == {"16"}
        assert "[Chart: What it shows]" in page.text
    shown = Page(record_html(make_record())).all("img")
    assert [a["width"] for a in shown if a["alt"] == "Share late"] == ["40"]


def test_states(make_record: Callable[..., Record]) -> None:
    def text(**changes: object) -> str:
        return check_closed(record_html(make_record(**changes))).text

    failure = FailureRecord(
        code="code_failed", message="Python failed three times. Last error: KeyError: 'x'."
    )
    failed = text(status="failed", answer=None, failure=failure)
    assert "Failed after 10.9 s" in failed
    assert "What was found is kept with the error: error.answer.df, 16 × 5." in failed
    stopped = text(status="cancelled", answer=None, result=None)
    assert "Stopped after 10.9 s" in stopped
    assert "No answer was written." in stopped
    offline = text(model=ModelInfo(provider="offline", name="offline"))
    assert "Offline analyst, no model" in offline
    assert "Answered by the built-in analyst, without a language model." in offline
    ran = PythonResult(name="r2", code="1", unisolated=True)
    unisolated = text(
        sandbox=SandboxInfo(level="unisolated"), python=(ran,), warnings=("flights changed.",)
    )
    assert "Code of this run had your own rights." in unisolated
    assert "flights changed." in unisolated
    allowed = text(sandbox=SandboxInfo(level="unisolated"))
    assert "Unisolated" in allowed  # the header says so for as long as it is allowed
    assert "Code of this run had your own rights." not in allowed
    assert "Sandbox: standard" in text(sandbox=SandboxInfo(level="standard"))


def test_it_stays_small(make_record: Callable[..., Record]) -> None:
    wide = TableSlice(
        columns=tuple(Column(name=f"column {i}", type="VARCHAR") for i in range(400)),
        rows=tuple(("x" * 200,) * 400 for _ in range(30)),
        total_rows=10**9,
        total_columns=400,
    )
    code = "x = '<' # &\n" * 100_000
    record = make_record(
        answer=fill("W" * 10_000 + " <b> 7" * 170_000, {}, None),
        result=NamedTable(name="r1", table=wide),
        sql=(SqlResult(name="r1", query=code, table=wide, seconds=1),),
        python=(PythonResult(name="r2", code=code, stdout=code),),
        choices=(HOSTILE * 500,) * 20,
        followups=(HOSTILE * 500,) * 20,
        warnings=(HOSTILE * 500,) * 20,
    )
    html = record_html(record)
    assert len(html) < 700_000
    assert "First 10 of 1,000,000,000 rows, 2 of 400 columns." in Page(html).text
