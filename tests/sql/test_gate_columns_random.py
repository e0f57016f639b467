"""Random queries over confusing names: what the gate names is enough, and nothing honest is refused."""

import random

import duckdb
import pyarrow as pa
import pytest

from insightx_jupyter.errors import QueryRefused

#: Each table has a column called like the other, and a struct with fields like columns.
TABLES = {
    "flights": pa.table(
        {
            "year": [2013, 2013, 2014],
            "carrier": ["F9", "UA", "F9"],
            "planes": ["p", "q", "r"],
            "tailnum": ["a", "b", "c"],
            "s": [{"year": 1, "model": "z"}] * 3,
        }
    ),
    "planes": pa.table(
        {"tailnum": ["a", "b"], "year": [1999, 2000], "model": ["x", "y"], "flights": [5, 6]}
    ),
}
COLUMNS = {name: table.column_names for name, table in TABLES.items()}

EXPRESSIONS = [
    "year ",
    " carrier ",
    " planes ",
    " tailnum ",
    " s ",
    " model ",
    " flights ",
    " s.model ",
    " f ",
    " p ",
    " q ",
    " q.year ",
    " f.s.year\n ",
    " f.planes ",
    " p.flights ",
    " * ",
    " f.* ",
    " p.* ",
    " q.* ",
    " count(*) ",
    " #1 ",
    " #2 ",
    " hash(f) ",
    " hash(p) ",
    " columns('.*a.*')\n ",
    " f.carrier.lower() ",
    " s.year ",
    " main.flights ",
    " flights.year ",
    " flights.s ",
    " planes.model ",
    " * exclude (year)\n ",
    " row(f) ",
    " unnest(s) ",
    " struct_extract(f, 'year') ",
    " f['carrier'] ",
    " max(year) ",
    " count(distinct planes)\n ",
    " to_json(planes)",
]
SOURCES = [
    "flights ",
    " planes ",
    " flights f ",
    " planes p ",
    " flights planes ",
    " planes flights ",
    " flights p ",
    " planes as f\n ",
    " (from flights) f ",
    " (select year, carrier from flights) q ",
    " (select f from flights f) q ",
    " flights f(a, b)\n ",
    " (select * from planes) p ",
    " (flights join planes using (tailnum)) q ",
    " (values (1, 2)) q(year, z)\n ",
    " unnest([1, 2]) q(year) ",
    " (table planes) flights ",
    " q ",
    " p ",
    " f",
]
JOINS = [
    "join x using (tailnum) ",
    " join x using (year) ",
    " join x on true ",
    " natural join x ",
    " cross join x\n ",
    " positional join x ",
    " left join x on f.tailnum = p.tailnum ",
    " semi join x using (tailnum)",
]
PREFIXES = ["", "", "", "with q as (select year, tailnum from flights)",
            "with flights as (select * from planes)", "with q as (from planes), p as (select year from q)",
            "with f as (select f from flights f)"]  # fmt: skip
ENDS = ["", "", "", "order by all", "group by all", "order by year",
        "where year = (select max(year) from planes)", "where exists (select 1 from planes z where z.tailnum = tailnum)",
        "qualify row_number() over (order by year) = 1"]  # fmt: skip


def random_query(rng: random.Random) -> str:
    chosen = ", ".join(rng.sample(EXPRESSIONS, rng.choice([1, 1, 2])))
    source = rng.choice(SOURCES)
    if rng.random() < 0.5:
        source += rng.choice(JOINS).replace("x", rng.choice(SOURCES).strip(), 1)
    return f"{rng.choice(PREFIXES)} select {chosen} from {source} {rng.choice(ENDS)}"


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(config={"threads": 1}) as con:
        yield con


def answer(con, query: str, reads) -> list | None:
    """What DuckDB gives when each frame has only these columns; None: an error."""
    for name, columns in reads.items():
        table = TABLES[name]
        con.register(name, table.select(list(columns)) if columns else pa.table({"": pa.nulls(len(table))}))  # fmt: skip
    try:
        result = con.sql(query).to_arrow_table()
    except duckdb.Error:
        return None
    finally:
        for name in reads:
            con.unregister(name)
    rows = [[str(column[row]) for column in result.columns] for row in range(len(result))]
    return [result.column_names, sorted(rows)]


@pytest.mark.parametrize("seed", range(6))
def test_the_named_columns_are_enough_for_any_query(gate, con, seed):
    rng = random.Random(seed)
    answered = 0
    for _ in range(120):
        query = random_query(rng)
        expected = answer(con, query, COLUMNS)
        try:
            reads = gate.check(query, COLUMNS).reads
        except QueryRefused:
            assert expected is None, query
            continue
        assert answer(con, query, reads) == expected, query
        answered += expected is not None
    assert answered > 15  # most are nonsense; enough must not be
