"""run_python: what a child hands back is bounded, named and never trusted."""

from __future__ import annotations

import base64
import io

import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image

from insightx_jupyter.errors import ToolMisused
from insightx_jupyter.protocol.events import FigureEvent, PythonResultEvent
from insightx_jupyter.protocol.results import FrameRead
from insightx_jupyter.sandbox.base import CodeOutcome
from insightx_jupyter.sql.engine import QueryOutcome
from insightx_jupyter.tools.run_python import RunPython


def png(width: int = 40, height: int = 30) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


async def test_tables_and_figures_come_back_with_names_and_sizes(
    context, events, handing_back
) -> None:
    tables = {"": pa.table({"p_value": [0.25]}), "by group; DROP": pa.table({"n": [1, 2]})}
    outcome = CodeOutcome(tables=tables, figures=((png(), "Mass by\nspecies"),))
    run = context(handing_back(outcome), unisolated=True)
    told = await RunPython(run).run({"code": "result = 1"})
    assert told.final
    assert list(run.results.tables) == ["r1", "r1_by_group_DROP"]
    assert run.results.final.to_pydict() == {"n": [1, 2]}  # the scalars give way to the groups
    assert "r1_by_group_DROP" in told.text
    assert "Mass by species" in told.text
    result, figure = events
    assert isinstance(result, PythonResultEvent)
    assert result.result.unisolated
    assert isinstance(figure, FigureEvent)
    assert (figure.figure.width, figure.figure.height) == (40, 30)
    assert base64.b64decode(figure.figure.png_base64) == png()


async def test_what_is_no_png_is_left_out_and_said(context, handing_back) -> None:
    fake = (b"<svg onload=alert(1)>", "x")
    cut = (png()[:20], "y")
    run = context(handing_back(CodeOutcome(figures=(fake, (png(), ""), cut))))
    told = await RunPython(run).run({"code": "1"})
    assert [f.alt for f in run.results.figures] == ["Chart without a title"]
    assert "2 figure(s) left out" in told.text
    assert run.results.python[0].figures == 1


async def test_printed_text_is_bounded_to_head_and_tail(context, handing_back) -> None:
    stdout = "first\n" + "x" * 1_000_000 + "\nlast"
    run = context(handing_back(CodeOutcome(stdout=stdout)))
    told = await RunPython(run).run({"code": "print()", "final": False})
    assert len(told.text) < 4300
    assert "first" in told.text
    assert told.text.endswith("last")
    assert len(run.results.python[0].stdout) <= 4096


async def test_nothing_handed_back_is_not_final(context, handing_back) -> None:
    told = await RunPython(context(handing_back(CodeOutcome(stdout="42")))).run({"code": "x"})
    assert not told.final
    assert "assign `result`" in told.text


async def test_a_flood_of_tables_is_bounded(context, handing_back) -> None:
    wide = pa.table({f"c{i}": ["x" * 100] * 30 for i in range(20)})
    tables = {"": wide, **{f"t{i}": wide for i in range(200)}}
    run = context(handing_back(CodeOutcome(tables=tables)))
    told = await RunPython(run).run({"code": "x"})
    assert len(run.results.tables) == 21
    assert len(told.text) < 13_000
    assert "r1_t5: 30 rows × 20 columns, not shown: c0, c1, c2" in told.text


async def test_python_finds_the_sql_result_under_its_name(context, handing_back) -> None:
    kernel = handing_back(CodeOutcome())
    run = context(kernel)
    run.results.add_sql("q", QueryOutcome(pa.table({"a": [1], "A": [2]}), 0.0, ()))
    await RunPython(run).run({"code": "sql_result"})
    assert set(kernel.frames) == {"penguins", "r1", "sql_result"}
    assert kernel.frames["sql_result"].column_names == ("a", "A_2")
    assert kernel.frames["sql_result"].column("A_2").to_pylist() == [2]
    assert kernel.frames["sql_result"].column_key("a") == kernel.frames["r1"].column_key("a")


async def test_a_frame_of_the_user_keeps_its_name(context, handing_back) -> None:
    kernel = handing_back(
        CodeOutcome(reads=(FrameRead(frame="r1"), FrameRead(frame="sql_result_")))
    )
    mine = {"r1": pd.DataFrame({"mine": [1]}), "sql_result": pd.DataFrame({"mine": [2]})}
    run = context(kernel, frames=mine)
    run.results.add_sql("q", QueryOutcome(pa.table({"a": [1]}), 0.0, ()))
    await RunPython(run).run({"code": "r1"})
    assert kernel.frames["r1"].column_names == ("mine",)
    assert kernel.frames["sql_result"].column_names == ("mine",)
    assert kernel.frames["sql_result_"].column_names == ("a",)
    assert [r.frame for r in run.results.python[0].reads] == ["r1"]


async def test_where_python_may_not_run_it_does_not(context, handing_back) -> None:
    kernel = handing_back(CodeOutcome())
    run = context(kernel, python_allowed="no sandbox here.")
    with pytest.raises(ToolMisused, match="no sandbox here"):
        await RunPython(run).run({"code": "x"})
    assert kernel.frames == {}
