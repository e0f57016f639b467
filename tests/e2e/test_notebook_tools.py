"""The quickstart through the tools that people use on notebooks."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter, MarkdownExporter

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"
RECORD = "application/vnd.insightx.answer+json"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSIGHTX_MODEL", "offline")
        notebook = nbformat.read(QUICKSTART, as_version=4)
        folder = tmp_path_factory.mktemp("quickstart")
        NotebookClient(
            notebook, timeout=120, resources={"metadata": {"path": str(folder)}}
        ).execute()
    return notebook


def records(notebook):
    outputs = [o for c in notebook.cells for o in c.get("outputs", ())]
    return [o["data"][RECORD] for o in outputs if RECORD in o.get("data", {})]


def test_quickstart_takes_each_of_the_four_roads_and_one_error(executed):
    roads = {r["plan"]["classification"] for r in records(executed) if r["plan"]}
    assert roads == {"SQL_ONLY", "PY_ONLY", "SQL_THEN_PY", "EXPLAIN_ONLY"}
    failures = [r["failure"]["code"] for r in records(executed) if r["status"] == "failed"]
    assert failures == ["question_not_read"]


def test_saved_outputs_say_what_a_fresh_run_says(executed):
    saved = records(nbformat.read(QUICKSTART, as_version=4))
    fresh = records(executed)
    assert [r["answer"] and r["answer"]["text"] for r in saved] == [
        r["answer"] and r["answer"]["text"] for r in fresh
    ]


def test_no_widget_is_left_in_the_notebook(executed):
    assert "widgets" not in executed.metadata
    assert "widget-view" not in json.dumps(executed)


class Found(HTMLParser):
    """The tags and the addresses of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.addresses = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [v for k, v in attrs if k in ("src", "href") and v]


def test_html_export_keeps_answers_tables_charts_and_folds(executed):
    page, _ = HTMLExporter().from_notebook_node(executed)
    for words in ("five frames", "Frequency" if "Frequency" in page else "Number of values", "F9"):
        assert words in page
    found = Found(page)
    assert found.tags.count("details") >= 8
    assert sum(a.startswith("data:image/png") for a in found.addresses) >= 2


def test_our_html_holds_no_script_style_or_remote_file(executed):
    outputs = [
        o for c in executed.cells for o in c.get("outputs", ()) if RECORD in o.get("data", {})
    ]
    assert len(outputs) == 5
    for output in outputs:
        found = Found(output["data"]["text/html"])
        assert not {"script", "style", "svg", "iframe", "link"} & set(found.tags)
        assert all(a.startswith("data:image/png;base64,") for a in found.addresses)


def test_markdown_export_keeps_each_answer_as_one_block(executed):
    text, _ = MarkdownExporter().from_notebook_node(executed)
    assert "five frames" in text
    ours = [
        o["data"]["text/html"]
        for c in executed.cells
        for o in c.get("outputs", ())
        if RECORD in o.get("data", {})
    ]
    for html in ours:
        assert html in text
        # CommonMark ends a block of html at a blank line.
        assert all(line.strip() for line in html.splitlines())


def test_papermill_runs_it_and_stops_at_an_unread_question(tmp_path, monkeypatch):
    monkeypatch.setenv("INSIGHTX_MODEL", "offline")
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}}
    )
    notebook.cells = [
        nbformat.v4.new_code_cell("rows = 3", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "%load_ext insightx_jupyter\nimport pandas as pd\nt = pd.DataFrame({'x': range(rows)})"
        ),
        nbformat.v4.new_code_cell(
            "ans = %insightx what's the sum of x?\nprint(int(ans.df.iloc[0, 0]))"
        ),
        nbformat.v4.new_code_cell("%insightx how happy is x with its parents?"),
        nbformat.v4.new_code_cell("print('never')"),
    ]
    source, target = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    nbformat.write(notebook, source)
    with pytest.raises(papermill.PapermillExecutionError, match="QuestionNotRead"):
        papermill.execute_notebook(source, target, {"rows": 5}, progress_bar=False)
    done = nbformat.read(target, as_version=4)
    printed = [
        o["text"]
        for c in done.cells
        for o in c.get("outputs", ())
        if o.output_type == "stream" and o["name"] == "stdout"
    ]
    assert printed == ["10\n"]


def test_a_background_answer_is_drawn_where_it_is_waited_for():
    source = [
        "%load_ext insightx_jupyter\nimport pandas as pd\nt = pd.DataFrame({'x': range(5)})",
        "run = %insightx --background what's the sum of x?",
        "import time\ntime.sleep(1.5)",
        "ans = run.result()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in source])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSIGHTX_MODEL", "offline")
        NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    (output,) = [o for o in notebook.cells[1].outputs if o.output_type == "display_data"]
    assert RECORD in output["data"]
