"""read_data_dna, read_context and write_context."""

from __future__ import annotations

import pyarrow as pa
import pytest

from insightx_jupyter.errors import ToolMisused
from insightx_jupyter.sql.engine import QueryOutcome
from insightx_jupyter.tools.read_context import ReadContext
from insightx_jupyter.tools.read_data_dna import ReadDataDna
from insightx_jupyter.tools.write_context import WriteContext


async def test_the_dna_tells_of_a_column_what_the_digest_leaves_out(context) -> None:
    told = await ReadDataDna(context()).run({"frame": "penguins", "column": "island"})
    assert not told.final
    assert "Biscoe" in told.text


async def test_an_unknown_frame_is_said(context) -> None:
    with pytest.raises(ToolMisused, match="penguin"):
        await ReadDataDna(context()).run({"frame": "pengins"})


async def test_a_finding_is_kept_with_its_figures_filled_in(context) -> None:
    run = context()
    run.results.add_sql("q", QueryOutcome(pa.table({"n": [344]}), 0.0, ()))
    finding = {"insight": "There are {{r1.n}} penguins.", "frames": ["penguins"]}
    assert (await WriteContext(run).run(finding)).text == "Kept."
    told = await ReadContext(run).run({"query": "how many penguins"})
    assert told.text == "- There are 344 penguins. (penguins)"


async def test_a_finding_with_a_bad_reference_is_not_kept(context) -> None:
    run = context()
    with pytest.raises(ToolMisused, match="r1"):
        await WriteContext(run).run({"insight": "There are {{r1.n}}."})
    assert await run.insights.count() == 0
    assert "No finding" in (await ReadContext(run).run({})).text
