"""Hostile SQL is turned away, and would have done harm on an open connection."""

import signal
import subprocess
import sys
from typing import NamedTuple

import duckdb
import pytest

from insightx_jupyter.errors import QueryRefused

FRAMES = {
    "flights": ["year", "carrier", "dep_delay", "tailnum"],
    "planes": ["tailnum", "year", "model"],
}
HARM = "harm.txt"


class Open(NamedTuple):
    """What came of a query on an open connection."""

    kinds: list[duckdb.StatementType]
    rows_left: int


def refusal(gate, query: str, frames=FRAMES) -> str:
    with pytest.raises(QueryRefused) as caught:
        gate.check(query, frames)
    return caught.value.message


def run_open(query: str) -> Open:
    """Run it on a connection with no gate and no lock."""
    con = duckdb.connect(config={"threads": 1})
    con.execute("CREATE TABLE flights AS SELECT 2013 AS year, 'F9' AS carrier, 1.0 AS dep_delay")
    con.execute("CREATE SEQUENCE s")
    kinds = [statement.type for statement in con.extract_statements(query)]
    con.execute(query)
    row = con.execute("SELECT count(*) FROM flights").fetchone()
    return Open(kinds, row[0])


@pytest.fixture
def directory(tmp_path, monkeypatch):
    """What the attacks may reach: an empty place with one secret in it."""
    (tmp_path / "secret.txt").write_text("token")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "query",
    [
        f"WITH q AS (COPY flights TO '{HARM}') SELECT 1",
        f"COPY flights TO '{HARM}'",
        f"COPY (SELECT 1) TO '{HARM}'",
        f"ATTACH '{HARM}' AS d",
        "EXPORT DATABASE 'harm.txt'",
    ],
)
def test_writing_a_file_is_refused_and_would_have_written_it(gate, directory, query):
    assert refusal(gate, query).startswith("Only SELECT can run here; th")
    run_open(query)
    assert (directory / HARM).exists()


@pytest.mark.parametrize(
    "query",
    [
        "WITH q AS (DELETE FROM flights RETURNING *) SELECT count(*) FROM q",
        "WITH q AS (INSERT INTO flights VALUES (1, 'x', 2) RETURNING *) SELECT count(*) FROM q",
        "DELETE FROM flights",
        "EXPLAIN ANALYZE DELETE FROM flights",
        "INSERT INTO flights VALUES (1, 'x', 2)",
        "SELECT 1; DELETE FROM flights",
        "TRUNCATE flights",
    ],
)
def test_changing_rows_is_refused_and_would_have_changed_them(gate, directory, query):
    refusal(gate, query)
    assert run_open(query).rows_left != 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM 'secret.txt'",
        "SELECT * FROM read_text('secret.txt')",
        "SELECT * FROM read_csv('secret.txt', header=false)",
        "SELECT * FROM read_blob('secret.txt')",
        "SELECT * FROM query('SELECT * FROM read_text(''secret.txt'')')",
        "SELECT * FROM glob('*')",
        "SELECT (SELECT content FROM read_text('secret.txt'))",
        "SELECT 1 ORDER BY (SELECT content FROM read_text('secret.txt'))",
        "SELECT 1 LIMIT (SELECT length(content) FROM read_text('secret.txt'))",
        "WITH q AS (SELECT * FROM read_text('secret.txt')) SELECT * FROM q",
        "SELECT * FROM (VALUES ((SELECT content FROM read_text('secret.txt'))))",
        "SELECT * FROM range((SELECT length(content) FROM read_text('secret.txt')))",
        "SELECT sum(1) FILTER ((SELECT content = 'token' FROM read_text('secret.txt')))",
        "SELECT * FROM json_execute_serialized_sql("
        "json_serialize_sql('SELECT * FROM read_text(''secret.txt'')'))",
        "DESCRIBE SELECT * FROM read_text('secret.txt')",
        "FROM read_text('secret.txt')",
        "SELECT 1 UNION ALL SELECT length(content) FROM read_text('secret.txt')",
    ],
)
def test_reading_a_file_is_refused_and_would_have_worked(gate, directory, query):
    message = refusal(gate, query)
    assert "No table" in message or "cannot stand for a table" in message
    if "secret.txt" in query and "csv" not in query and "FROM 'secret" not in query:
        run_open(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT current_setting('memory_limit')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM duckdb_tables",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM pg_catalog.pg_class",
        "SELECT * FROM sqlite_master",
        "WITH duckdb_tables AS (SELECT * FROM duckdb_tables) SELECT 1",
        "SELECT (WITH duckdb_tables AS (SELECT 1) SELECT 1), * FROM duckdb_tables",
        "SELECT nextval('s')",
        "SELECT setseed(0.5)",
        "SELECT sleep_ms(1)",
        "SELECT write_log('x')",
        "SELECT json_serialize_sql('SELECT 1')",
        "SELECT 1 WHERE json_serialize_plan('SELECT 1') IS NOT NULL",
        "SELECT main.current_setting('memory_limit')",
        "SELECT 'memory_limit'.current_setting()",
        "SET threads = 1",
        "PRAGMA version",
        "CALL duckdb_settings()",
        "CREATE MACRO sum(x) AS 42",
        "SHOW TABLES",
        "SHOW ALL TABLES",
        "PREPARE p AS SELECT 1",
        "EXPLAIN SELECT 1",
        "CHECKPOINT",
    ],
)
def test_the_state_of_the_connection_is_out_of_reach_and_would_not_have_been(
    gate, directory, query
):
    refusal(gate, query)
    run_open(query)


@pytest.mark.parametrize(
    "query",
    [
        "LOAD json",
        "INSTALL spatial",
        "UPDATE EXTENSIONS",
        "SELECT $1",
        "SELECT ?",
        "SELECT DEFAULT",
    ],
)
def test_what_is_no_plain_query_is_refused(gate, query):
    refusal(gate, query)


def test_with_is_select_to_duckdb_s_own_eyes(directory):
    """Why the statement's type is no gate."""
    query = f"WITH q AS (COPY flights TO '{HARM}') SELECT 1"
    assert run_open(query).kinds == [duckdb.StatementType.SELECT]
    assert (directory / HARM).exists()


@pytest.mark.parametrize("query", ["", "  \n", "-- nothing", "/* nothing */", ";"])
def test_nothing_is_refused(gate, query):
    assert refusal(gate, query) == "The query is empty."


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * FROM planes2", "No table planes2. Tables here: flights, planes. Did you mean planes?"),
        ("SELECT * FROM weather", "No table weather. Tables here: flights, planes."),
        ("SELECT * FROM other.flights", "No table other.flights. Tables here: flights, planes. Did you mean flights?"),
        ("SELECT 1; SELECT 2", "Send one statement; these are 2."),
        ("SELECT avgg(year) FROM flights", "No function avgg. Did you mean avg or "),
        ("DROP TABLE flights", "Only SELECT can run here; this is DROP."),
        ("WITH q AS (COPY flights TO 'x') SELECT 1", "Only SELECT can run here; this holds COPY."),
        ("SELECT $1", "The query has a parameter; write the value itself."),
        ("PIVOT flights ON carrier USING sum(year)", "PIVOT cannot run here. Use sum(x) FILTER (WHERE …) for each value."),
        ("FROM flights PIVOT (sum(year) FOR carrier IN ('F9'))", "PIVOT and UNPIVOT cannot run here. "),
        ("SELEC 1", 'This is not valid SQL. syntax error at or near "SELEC"'),
        ("SELECT * FROM flights AT (VERSION => 1)", "A table has no versions here; leave AT out."),
        ("SHOW TABLES", "SHOW cannot run here. Tables here: flights, planes."),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do(gate, query, message):
    assert refusal(gate, query).startswith(message)


def test_what_has_no_columns_can_only_be_counted(gate):
    assert gate.check("SELECT count(*) FROM bare", {"bare": []}).reads == {"bare": ()}
    assert "has no columns" in refusal(gate, "SELECT * FROM bare", {"bare": []})


def test_two_tables_of_one_name_are_never_mixed_up(gate):
    frames = {"f": ["a"], "F": ["a"]}
    assert refusal(gate, "SELECT a FROM f", frames) == "Two tables have one name: F, f."


def test_without_frames_it_says_so(gate):
    assert refusal(gate, "SELECT * FROM x", {}) == "No table x. There are no tables here."


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT " + "(" * 201 + "1" + ")" * 201, "more than 200 deep"),
        ("SELECT " + "[" * 201 + "1" + "]" * 201, "more than 200 deep"),
        ("SELECT " + "(SELECT " * 201 + "1" + ")" * 201, "more than 200 deep"),
        # Brackets in texts and comments neither count nor hide others.
        ("SELECT " + "(/*)*/" * 300 + "1" + ")" * 300, "more than 200 deep"),
        ("SELECT " + "('))' || " * 300 + "1" + ")" * 300, "more than 200 deep"),
        ("SELECT " + "($$)$$ || " * 300 + "1" + ")" * 300, "more than 200 deep"),
        ("SELECT " + "(/*/*)*/*/" * 300 + "1" + ")" * 300, "more than 200 deep"),
        ("SELECT " + "(E'\\')' || " * 300 + "1" + ")" * 300, "more than 200 deep"),
        ("SELECT '" + "x" * 70_000 + "'", "65,536 are allowed"),
        ("SELECT '" + "ü" * 33_000 + "'", "65,536 are allowed"),
        ("SELECT '\udc80'", "no text"),
        ("SELECT '\0'", "NUL"),
        ("SELECT " + "NOT " * 12_000 + "true", "expression depth"),
        ("SELECT " + "- " * 30_000 + "1", "expression depth"),
        ("SELECT 1" + "::INT" * 12_000, "expression depth"),
    ],
    ids=range(15),
)
def test_what_would_overrun_the_parser_is_refused(gate, query, words):
    assert words in refusal(gate, query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT " + "(" * 199 + "1" + ")" * 199,
        "SELECT " + ", ".join(["abs(1)"] * 2_000),
        "SELECT '" + "(" * 1_000 + "'",
        'SELECT 1 AS "' + "(" * 300 + '"',
        "SELECT 1 /* " + "(" * 300 + " */",
        "SELECT 1 -- " + "(" * 300,
        "SELECT $x$" + "(" * 300 + "$x$",
        "SELECT 1" + " UNION ALL SELECT 1" * 1_000,
    ],
    ids=range(8),
)
def test_what_only_looks_deep_passes(gate, query):
    assert gate.check(query, FRAMES).reads == {}


DEEP = """
import resource, threading, duckdb
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
threading.stack_size(512 * 1024)  # what a thread gets on macOS; 8 MB only need more brackets
query = "SELECT * FROM " + "(SELECT * FROM " * 20000 + "range(1)" + ")" * 20000
thread = threading.Thread(target=duckdb.extract_statements, args=[query])
thread.start()
thread.join()
"""


def test_deep_nesting_kills_an_ungated_process():
    """Why the gate runs in the worker, behind a plain scan."""
    done = subprocess.run([sys.executable, "-I", "-c", DEEP], capture_output=True, timeout=60)
    assert done.returncode in (-signal.SIGSEGV, -signal.SIGBUS)
