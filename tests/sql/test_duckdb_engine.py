"""Queries through a real worker: what comes back, what is sent, how errors read."""

import decimal
import gc
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from insightx_jupyter.errors import QueryFailed, QueryRefused
from insightx_jupyter.sql import duckdb_engine
from insightx_jupyter.sql.quoting import quote_identifier

TIMEOUT = 20.0


@pytest.fixture
def engine(shared_engine):
    return shared_engine


async def test_a_question_about_real_flights(engine, flights, flights_table):
    query = "SELECT carrier, count(*) AS n, avg(dep_delay) AS late FROM flights GROUP BY carrier"
    outcome = await engine.run(query, {"flights": flights}, timeout=TIMEOUT)
    expected = flights_table.group_by("carrier").aggregate(
        [("dep_delay", "mean"), ([], "count_all")]
    )
    key = "carrier"
    rows = {row[key]: row for row in outcome.table.to_pylist()}
    assert len(rows) == 16
    for row in expected.to_pylist():
        assert rows[row[key]]["n"] == row["count_all"]
        assert rows[row[key]]["late"] == pytest.approx(row["dep_delay_mean"])
    assert outcome.reads[0].frame == "flights"
    assert outcome.reads[0].columns == ("dep_delay", "carrier")
    assert 0 < outcome.seconds < TIMEOUT


async def test_only_named_columns_are_converted_and_each_once(engine, flights, planes):
    frames = {"flights": flights, "planes": planes}
    for _ in range(3):
        await engine.run("SELECT max(dep_delay) FROM flights", frames, timeout=TIMEOUT)
    assert flights.converted == ["dep_delay"]
    joined = "SELECT count(*) FROM flights JOIN planes USING (tailnum) WHERE dep_delay > 0"
    outcome = await engine.run(joined, frames, timeout=TIMEOUT)
    assert flights.converted == ["dep_delay", "tailnum"]
    assert planes.converted == ["tailnum"]
    known = pc.is_in(flights.table["tailnum"], value_set=planes.table["tailnum"])
    late = pc.fill_null(pc.greater(flights.table["dep_delay"], 0), False)
    expected = pc.sum(pc.and_(known, late)).as_py()
    assert outcome.table.to_pydict() == {"count_star()": [expected]}


async def test_a_changed_column_is_sent_again_and_the_old_one_forgotten(engine, source):
    frame = source("f", pa.table({"a": [1, 2], "b": [5, 5]}))
    query = "SELECT sum(a) AS s FROM f"
    assert (await engine.run(query, {"f": frame}, timeout=TIMEOUT)).table["s"].to_pylist() == [3]
    frame.table, frame.version = pa.table({"a": [10, 20, 30], "b": [5, 5, 5]}), 1
    assert (await engine.run(query, {"f": frame}, timeout=TIMEOUT)).table["s"].to_pylist() == [60]
    engine._store.retain({frame.column_key("a")})
    await engine.run("SELECT 1", {"f": frame}, timeout=TIMEOUT)
    assert engine._link.sent == {frame.column_key("a")}


async def test_counting_rows_needs_no_column(engine, flights):
    outcome = await engine.run(
        "SELECT count(*) AS n FROM flights", {"flights": flights}, timeout=TIMEOUT
    )
    assert outcome.table["n"].to_pylist() == [336_776]
    assert flights.converted == []


async def test_420_columns_pass(engine, source):
    wide = source("wide", pa.table({f"c{i}": [i, i + 1] for i in range(420)}))
    outcome = await engine.run("SELECT * FROM wide", {"wide": wide}, timeout=TIMEOUT)
    assert outcome.table.equals(wide.table)
    assert len(wide.converted) == 420


async def test_1000_columns_pass_without_holding_1000_descriptors(engine, source, open_fds):
    wide = source("wide", pa.table({f"c{i}": [i] for i in range(1000)}))
    before = open_fds()
    for _ in range(2):
        outcome = await engine.run("SELECT * FROM wide", {"wide": wide}, timeout=TIMEOUT)
    assert outcome.table.num_columns == 1000
    assert len(wide.converted) == 1000
    assert open_fds() - before < 450
    assert psutil.Process(engine.worker_pid).num_fds() < 100


async def test_empty_frames(engine, source):
    empty = source(
        "empty", pa.table({"a": pa.array([], pa.int64()), "s": pa.array([], pa.string())})
    )
    nothing = source("nothing", pa.table({}))
    outcome = await engine.run("SELECT * FROM empty", {"empty": empty}, timeout=TIMEOUT)
    assert outcome.table.num_rows == 0
    assert outcome.table.column_names == ["a", "s"]
    counted = "SELECT (SELECT count(*) FROM nothing) + (SELECT count(*) FROM empty) AS n"
    frames = {"empty": empty, "nothing": nothing}
    assert (await engine.run(counted, frames, timeout=TIMEOUT)).table["n"].to_pylist() == [0]


@pytest.mark.parametrize(
    "name", ['we"ird', "new\nline", "😀", "it's", "a;b--", "SELECT", "ünï", "with space", "a.b"]
)
async def test_weird_identifiers(engine, source, name):
    column = f"{name} col"
    frame = source(name, pa.table({column: [1, 2, 3], "other": [0, 0, 0]}))
    query = f"SELECT sum({quote_identifier(column)}) AS s FROM {quote_identifier(name)}"
    outcome = await engine.run(query, {name: frame}, timeout=TIMEOUT)
    assert outcome.table["s"].to_pylist() == [6]
    assert frame.converted == [column]


async def test_names_that_come_twice_in_a_result_are_told_apart(engine, source):
    frames = {
        "a": source("a", pa.table({"k": [1], "year": [2013]})),
        "b": source("b", pa.table({"k": [1], "Year": [1999], "year_1": [0]})),
    }
    outcome = await engine.run("SELECT * FROM a JOIN b USING (k)", frames, timeout=TIMEOUT)
    assert outcome.table.to_pylist() == [{"k": 1, "year": 2013, "Year_2": 1999, "year_1": 0}]


async def test_columns_that_differ_only_in_case_all_come_back(engine, source):
    frame = source("f", pa.table({"a": [1], "A": [2]}))
    outcome = await engine.run("SELECT * FROM f", {"f": frame}, timeout=TIMEOUT)
    assert [column[0].as_py() for column in outcome.table.columns] == [1, 2]


async def test_names_that_differ_only_in_case_outside_ascii_stay_apart(engine, source):
    frame = source("f", pa.table({"Ä": [1], "ä": [2]}))
    outcome = await engine.run("SELECT * FROM f", {"f": frame}, timeout=TIMEOUT)
    assert outcome.table.num_columns == 2


BERLIN = pa.timestamp("us", "Europe/Berlin")
TYPES = pa.table(
    {
        "zoned": pa.array([datetime(2024, 5, 1, 12, tzinfo=UTC), None], BERLIN),
        "decimal": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(20, 2)),
        "nested": pa.array([[{"a": 1, "b": "x"}], None]),
        "category": pa.array(["a", None]).dictionary_encode(),
        "blob": pa.array([b"\x00\xff", None]),
        "date": pa.array([datetime(2024, 5, 1).date(), None]),
        "flag": pa.array([True, None]),
        "map": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
    }
)  # fmt: skip


async def test_types_go_there_and_back(engine, source):
    outcome = await engine.run("SELECT * FROM t", {"t": source("t", TYPES)}, timeout=TIMEOUT)
    back = outcome.table
    assert back.to_pylist() == TYPES.to_pylist()
    assert pa.types.is_timestamp(back.schema.field("zoned").type)
    assert back.schema.field("zoned").type.tz is not None
    query = "SELECT category::ENUM ('a', 'b') AS e FROM t"
    outcome = await engine.run(query, {"t": source("t", TYPES)}, timeout=TIMEOUT)
    assert pa.types.is_dictionary(outcome.table.schema.field("e").type)


async def test_dictionaries_that_differ_from_chunk_to_chunk(engine, source):
    column = pa.chunked_array(
        [pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()]
    )
    frame = source("f", pa.table({"c": column}))
    outcome = await engine.run("SELECT c::VARCHAR AS c FROM f", {"f": frame}, timeout=TIMEOUT)
    assert outcome.table["c"].to_pylist() == ["a", "b", "c", "a"]


async def test_sums_of_integers_are_integers_and_huge_ones_stay_exact(engine, source):
    frame = source("f", pa.table({"a": [2**62, 2**62, 2**62]}))
    huge = f"10::HUGEINT * {10**18} * {10**18}"
    query = f"SELECT sum(a) AS big, sum(1) AS small, {huge} AS h FROM f"
    table = (await engine.run(query, {"f": frame}, timeout=TIMEOUT)).table
    assert table["small"].to_pylist() == [3]
    assert table.schema.field("small").type == pa.int64()
    assert int(table["big"][0].as_py()) == 3 * 2**62
    assert int(table["h"][0].as_py()) == 10**37


TOO_LARGE = [
    f"{2**127 - 1}::HUGEINT",
    f"{-(2**127 - 1)}::HUGEINT",
    f"{2**127 - 1}::UHUGEINT",
    f"{3 * 10**38}::UHUGEINT",  # DuckDB gives it out as a negative decimal of 38 digits
    f"{2**128 - 1}::UHUGEINT",  # and this as -1
    f"[{2**127 - 1}]",
    f"{{'a': [{2**127 - 1}]}}",
    f"map {{1: {2**127 - 1}}}",
    f"[{2**127 - 1}]::HUGEINT[1]",
    f"[{2**128 - 1}::UHUGEINT]",
]


@pytest.mark.parametrize("value", TOO_LARGE)
async def test_an_integer_of_39_digits_is_an_error_that_says_so(engine, value):
    with pytest.raises(QueryFailed, match=r"more than 38 digits .* Cast it to VARCHAR or DOUBLE"):
        await engine.run(f"SELECT {value} AS h", {}, timeout=TIMEOUT)


async def test_integers_of_up_to_38_digits_are_exact(engine):
    most = 10**38 - 1
    query = f"SELECT {most}::UHUGEINT AS u, [{-most}::HUGEINT] AS l, {{'uhugeint': 1}} AS s"
    query += ", NULL::UHUGEINT AS n, [NULL::HUGEINT] AS ln"
    (row,) = (await engine.run(query, {}, timeout=TIMEOUT)).table.to_pylist()
    row = {"u": int(row["u"]), "l": int(row["l"][0]), **{k: row[k] for k in ("s", "n", "ln")}}
    assert row == {"u": most, "l": -most, "s": {"uhugeint": 1}, "n": None, "ln": [None]}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT departure FROM flights", "No column departure. Did you mean dep_time?"),
        ("SELECT f.carier FROM flights f", "No column carier. Did you mean carrier?"),
        ("SELECT qqqqq FROM flights", "No column qqqqq. Columns of flights: year, month, day"),
        ("SELECT carrier::INT FROM flights", "Conversion Error: "),
        ("SELECT carrier, count(*) FROM flights", "must appear in the GROUP BY"),
        ("SELECT error('own words') FROM flights", "own words"),
    ],
)  # fmt: skip
async def test_a_failure_helps_to_mend_the_query(engine, flights, query, message):
    with pytest.raises(QueryFailed) as caught:
        await engine.run(query, {"flights": flights}, timeout=TIMEOUT)
    assert message in caught.value.message
    assert "LINE 1" not in caught.value.message
    assert len(caught.value.message) <= 1000


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT 1 AS a;", [{"a": 1}]),
        ("SELECT 1 AS a -- why; not", [{"a": 1}]),
        ("/* first */ SELECT 1 AS a\n;\n-- last", [{"a": 1}]),
        ("VALUES (1, 'x')", [{"col0": 1, "col1": "x"}]),
        ("FROM f SELECT a LIMIT 1", [{"a": 3}]),
        ("TABLE f", [{"a": 3}, {"a": 4}]),
        ("WITH q AS (SELECT a + 1 AS b FROM f) SELECT max(b) AS m FROM q", [{"m": 5}]),
        ("SELECT column_name, column_type FROM (DESCRIBE f)", [{"column_name": "a", "column_type": "BIGINT"}]),
        ("SELECT count FROM (SUMMARIZE f)", [{"count": 2}]),
        ("SELECT '?' AS a", [{"a": "?"}]),
        ("SELECT '$1' AS a", [{"a": "$1"}]),
    ],
)  # fmt: skip
async def test_all_shapes_of_a_query_run(engine, source, query, rows):
    frames = {"f": source("f", pa.table({"a": [3, 4]}))}
    assert (await engine.run(query, frames, timeout=TIMEOUT)).table.to_pylist() == rows


async def test_refusals_come_from_the_worker(engine, flights):
    with pytest.raises(QueryRefused, match=r"No table flight\. Tables here: flights\."):
        await engine.run("SELECT * FROM flight", {"flights": flights}, timeout=TIMEOUT)
    with pytest.raises(QueryRefused, match="65,536 are allowed"):
        await engine.run("SELECT '" + "x" * 70_000 + "'", {}, timeout=TIMEOUT)


async def test_a_result_that_is_too_large_says_so(engine, monkeypatch):
    monkeypatch.setattr(duckdb_engine, "RESULT_BYTES", 10 * 1024**2)
    with pytest.raises(QueryFailed, match="larger than 10 MB") as caught:
        await engine.run("SELECT * FROM range(100000000)", {}, timeout=TIMEOUT)
    assert "LIMIT" in caught.value.hint
    assert (await engine.run("SELECT 1 AS a", {}, timeout=TIMEOUT)).table.num_rows == 1


async def test_the_connection_is_locked_even_for_what_the_gate_would_miss(
    engine, tmp_path, monkeypatch
):
    """The second line: the same connection as a query gets, asked without the gate."""
    import duckdb

    from insightx_jupyter.sql.connections import duckdb_config, register_and_lock

    config = duckdb_config(
        memory_limit=1 << 28, threads=1, spill=str(tmp_path / "s"), spill_bytes=1 << 20
    )
    (tmp_path / "secret.txt").write_text("token")
    monkeypatch.chdir(tmp_path)
    attacks = [
        "COPY (SELECT 1) TO 'harm.csv'",
        "SELECT content FROM read_text('secret.txt')",
        "SET threads = 2",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "ATTACH 'harm.db' AS d",
    ]
    con = duckdb.connect(config=config)
    for attack in attacks[:3]:
        con.execute(attack)  # open, it works
    (tmp_path / "harm.csv").unlink()
    con = duckdb.connect(config=config)
    register_and_lock(con, {}, timeout=5)
    for attack in attacks:
        with pytest.raises(duckdb.Error):
            con.execute(attack)
    assert not (tmp_path / "harm.csv").exists()


async def test_100_queries_leak_no_descriptor(engine, source, open_fds):
    frame = source("f", pa.table({"a": [1, 2, 3]}))
    await engine.run("SELECT a FROM f", {"f": frame}, timeout=TIMEOUT)
    gc.collect()
    ours, theirs = open_fds(), psutil.Process(engine.worker_pid).num_fds()
    for number in range(100):
        query = "SELECT a FROM f" if number % 3 else "SELECT nope FROM f"
        try:
            await engine.run(query, {"f": frame}, timeout=TIMEOUT)
        except QueryFailed:
            assert number % 3 == 0
    assert open_fds() <= ours
    assert psutil.Process(engine.worker_pid).num_fds() <= theirs + 4


async def test_the_worker_s_environment_holds_nothing_of_ours(engine, monkeypatch):
    monkeypatch.setenv("INSIGHTX_API_KEY", "sk-secret")
    await engine.warm()
    assert b"secret" not in Path(f"/proc/{engine.worker_pid}/environ").read_bytes()
