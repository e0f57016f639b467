"""Which columns a query can touch: never too few, and no others where that can be told."""

import duckdb
import pyarrow as pa
import pytest

FLIGHTS = ("year", "carrier", "dep_delay", "tailnum")
PLANES = ("tailnum", "year", "model")
FRAMES = {"flights": FLIGHTS, "planes": PLANES}

TABLES = {
    "flights": pa.table(
        {
            "year": [2013, 2013, 2014],
            "carrier": ["F9", "UA", "F9"],
            "dep_delay": [1.0, None, 3.0],
            "tailnum": ["a", "b", "c"],
        }
    ),
    "planes": pa.table({"tailnum": ["a", "b"], "year": [1999, 2000], "model": ["x", "y"]}),
}

EXACT = [
    ("SELECT carrier, avg(dep_delay) FROM flights GROUP BY ALL", {"flights": ("carrier", "dep_delay")}),
    ("SELECT count(*) FROM flights", {"flights": ()}),
    ("SELECT f.carrier FROM flights f", {"flights": ("carrier",)}),
    ('SELECT "CARRIER" FROM FLIGHTS', {"flights": ("carrier",)}),
    ("SELECT main.flights.carrier FROM flights", {"flights": ("carrier",)}),
    ("SELECT carrier.lower() FROM flights", {"flights": ("carrier",)}),
    ("FROM flights SELECT carrier WHERE year > 3", {"flights": ("year", "carrier")}),
    ("SELECT carrier FROM flights JOIN planes USING (tailnum)", {"flights": ("carrier", "tailnum"), "planes": ("tailnum",)}),
    ("WITH q AS (SELECT carrier, count(*) n FROM flights GROUP BY 1) SELECT * FROM q", {"flights": ("carrier",)}),
    ("SELECT * FROM (SELECT carrier FROM flights) ORDER BY 1", {"flights": ("carrier",)}),
    ("SELECT p.* FROM flights f JOIN planes p ON f.tailnum = p.tailnum", {"flights": ("tailnum",), "planes": PLANES}),
    ("SUMMARIZE SELECT carrier FROM flights", {"flights": ("carrier",)}),
    ("SELECT sum(dep_delay) OVER (PARTITION BY carrier ORDER BY year) FROM flights", {"flights": ("year", "carrier", "dep_delay")}),
    ("SELECT 1 FROM flights QUALIFY row_number() OVER (ORDER BY dep_delay) = 1", {"flights": ("dep_delay",)}),
    ("SELECT count(*) FILTER (WHERE dep_delay > 0) FROM flights", {"flights": ("dep_delay",)}),
    ("SELECT list_transform([1], lambda x: x + 1), year FROM flights", {"flights": ("year",)}),
    ("SELECT 1 FROM flights WHERE tailnum IN (SELECT tailnum FROM planes)", {"flights": ("tailnum",), "planes": ("tailnum",)}),
    ("SELECT carrier FROM flights UNION BY NAME SELECT model FROM planes", {"flights": ("carrier",), "planes": ("model",)}),
    ("WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r", {}),
    ("SELECT * FROM range(3) t(i), generate_series(1, 2), unnest([1, 2])", {}),
    ("VALUES (1), (2)", {}),
    ("SELECT carrier FROM flights USING SAMPLE 100", {"flights": ("carrier",)}),
    ("SELECT carrier FROM flights TABLESAMPLE bernoulli(100 PERCENT)", {"flights": ("carrier",)}),
    ("SELECT carrier FROM flights ORDER BY year LIMIT 10 PERCENT", {"flights": ("year", "carrier")}),
]  # fmt: skip

WHOLE = [
    ("SELECT * FROM flights", {"flights"}),
    ("FROM flights", {"flights"}),
    ("TABLE flights", {"flights"}),
    ("SELECT flights.* FROM flights, planes", {"flights"}),
    ("SELECT * EXCLUDE (carrier) FROM flights", {"flights"}),
    ("SELECT * REPLACE (1 AS year) FROM flights", {"flights"}),
    ("SELECT COLUMNS('c.*') FROM flights", {"flights"}),
    ("SELECT COLUMNS(lambda c: c LIKE 'c%') FROM flights", {"flights"}),
    ("SELECT * LIKE 'c%' FROM flights", {"flights"}),
    ("SELECT min(COLUMNS(*)) FROM flights", {"flights"}),
    ("SELECT 1 FROM flights NATURAL JOIN planes", {"flights", "planes"}),
    ("SELECT #2 FROM flights", {"flights"}),
    ("SELECT f FROM flights f", {"flights"}),
    ("SELECT flights FROM flights", {"flights"}),
    ("SELECT main.flights FROM flights", {"flights"}),
    ("SELECT flights.to_json() FROM flights", {"flights"}),
    ("SELECT to_json(f) FROM flights f", {"flights"}),
    ("SELECT unnest(f) FROM flights f", {"flights"}),
    ("SELECT (SELECT f) FROM flights f", {"flights"}),
    ("SELECT b FROM flights t(a, b)", {"flights"}),
    ("DESCRIBE flights", {"flights"}),
    ("SUMMARIZE flights", {"flights"}),
    ("SELECT * FROM (DESCRIBE flights)", {"flights"}),
    ("WITH flights AS (SELECT * FROM flights) SELECT carrier FROM flights", {"flights"}),
    ("SELECT carrier FROM flights WHERE year = (SELECT count(*) FROM (FROM planes))", {"planes"}),
    ("SELECT hash(f) FROM (flights JOIN planes USING (tailnum)) f", {"flights", "planes"}),
    ("SELECT count(f) FROM flights f", {"flights"}),
]  # fmt: skip


@pytest.mark.parametrize(("query", "reads"), EXACT)
def test_only_named_columns_are_read(gate, query, reads):
    assert dict(gate.check(query, FRAMES).reads) == reads


@pytest.mark.parametrize(("query", "whole"), WHOLE)
def test_a_query_that_can_see_everything_reads_everything(gate, query, whole):
    reads = gate.check(query, FRAMES).reads
    assert {frame for frame, columns in reads.items() if columns == FRAMES[frame]} == whole


@pytest.mark.parametrize("query", [query for query, _ in EXACT + WHOLE])
def test_the_columns_are_enough(gate, query):
    """With only what the gate names, DuckDB gives the same as with everything."""
    reads = gate.check(query, FRAMES).reads
    assert answer(query, {f: cut(TABLES[f], columns) for f, columns in reads.items()}) == answer(
        query, TABLES
    )


def test_too_few_columns_change_an_answer_without_an_error():
    """Why it must never be too few: the control of the test above."""
    query = "SELECT * FROM flights NATURAL JOIN planes"
    few = {"flights": cut(TABLES["flights"], ("tailnum",)), "planes": TABLES["planes"]}
    assert answer(query, few) != answer(query, TABLES)


def test_unusual_names_are_matched_as_duckdb_does(gate):
    frames = {"Große Übersicht": ["größe", "Δ x", 'a"b', "", "SELECT"]}
    query = """SELECT "GRÖSSE", "größe", "Δ x", "a""b", "select" FROM "große Übersicht" """
    reads = gate.check(query, frames).reads
    assert reads == {"Große Übersicht": ("größe", "Δ x", 'a"b', "SELECT")}


def cut(table: pa.Table, columns) -> pa.Table:
    return table.select(list(columns)) if columns else pa.table({"": pa.nulls(len(table))})


def answer(query: str, tables) -> list:
    con = duckdb.connect(config={"threads": 1})
    for name, table in tables.items():
        con.register(name, table)
    result = con.sql(query).to_arrow_table()
    return [result.column_names, sorted(map(repr, result.to_pylist()))]
