"""The parser alone: what it reads, what it refuses, and that it cannot be worn down."""

from __future__ import annotations

import pytest

from insightx_jupyter.render.reference_syntax import (
    MAX_DEPTH,
    Aggregate,
    Binary,
    Key,
    Literal,
    Path,
    Reference,
    SyntaxProblem,
    parse,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r1.col", Path(("r1", "col"))),
        (" r1 . col [ 0 ] ", Path(("r1", "col"), row=0)),
        ("r1.col[-1]", Path(("r1", "col"), row=-1)),
        ("r1.col[carrier=F9]", Path(("r1", "col"), keys=(Key("carrier", "F9"),))),
        ("r1.col[carrier=9E]", Path(("r1", "col"), keys=(Key("carrier", "9E"),))),
        ("r1.col[carrier == F9]", Path(("r1", "col"), keys=(Key("carrier", "F9"),))),
        (
            'r1.col[carrier="F 9", month=1]',
            Path(("r1", "col"), keys=(Key("carrier", "F 9"), Key("month", "1"))),
        ),
        ("r1.col[name=O'Hare]", Path(("r1", "col"), keys=(Key("name", "O'Hare"),))),
        ("r1.col['a b'='c, d]']", Path(("r1", "col"), keys=(Key("a b", "c, d]"),))),
        ('r1."late ""big"" share"[0]', Path(("r1", 'late "big" share'), row=0)),
        ("r1.größe", Path(("r1", "größe"))),
        ("r1.#rows", Path(("r1",), count="rows")),
        ("dna.flights.#columns", Path(("dna", "flights"), count="columns")),
        ("dna.flights.arr_delay.mean", Path(("dna", "flights", "arr_delay", "mean"))),
        ("dna.w.sky.count[sun]", Path(("dna", "w", "sky", "count"), value="sun")),
        ("dna.w.sky.count[a=b, c]", Path(("dna", "w", "sky", "count"), value="a=b, c")),
        ("dna.w.sky.count['a]' ]", Path(("dna", "w", "sky", "count"), value="a]")),
        ("sum(r1.late)", Aggregate("sum", Path(("r1", "late")))),
        ("r1.sum", Path(("r1", "sum"))),
        ("1.5", Literal(1.5)),
    ],
)
def test_reads(text: str, expected: object) -> None:
    assert parse(text) == Reference(expected)


def test_format_and_precedence() -> None:
    one, two, three = Literal(1), Literal(2), Literal(3)
    product = Binary("*", two, three)
    assert parse("1 + 2 * 3 | pct1") == Reference(Binary("+", one, product), "pct1")
    assert parse("(1 + 2) * 3").expression == Binary("*", Binary("+", one, two), three)
    assert parse("3 - 2 - 1").expression == Binary("-", Binary("-", three, two), one)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a name was expected"),
        ("r1.", "a name was expected"),
        ("r1.col[", "a name was expected"),
        ("r1.col[a=b", "a ] is missing"),
        ("r1.col[1.5]", "a = is missing"),
        ("(r1.col", "a ) is missing"),
        ('r1."col', 'a closing " is missing'),
        ("r1.#rows[0]", "no rows to choose from"),
        ("sum(r1)", "takes one column"),
        ("sum(r1.a[0])", "takes one column"),
        ("r1.col | ", "a format was expected"),
        ("r1.col; import os", "was not expected"),
        ("__import__('os').system('x')", "was not expected"),
        ("1.2.3", "is no number"),
    ],
)
def test_refuses(text: str, says: str) -> None:
    with pytest.raises(SyntaxProblem) as raised:
        parse(text)
    assert says in str(raised.value)


@pytest.mark.parametrize("text", ["(" * 400 + "1", "-" * 400 + "1", "1 * " * 20 + "(" * 30 + "1"])
def test_depth_is_bounded(text: str) -> None:
    with pytest.raises(SyntaxProblem, match=f"more than {MAX_DEPTH} deep"):
        parse(text)


def test_the_deepest_that_is_allowed_is_read() -> None:
    depth = MAX_DEPTH - 1
    assert parse("(" * depth + "1" + ")" * depth).expression == Literal(1)


def test_length_is_bounded() -> None:
    assert parse("1+" * 249 + "1")
    with pytest.raises(SyntaxProblem, match="at most 500"):
        parse("1+" * 250 + "1")
