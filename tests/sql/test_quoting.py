"""Names and texts survive their way into SQL."""

import duckdb
import pytest

from insightx_jupyter.sql.quoting import quote_identifier, quote_literal

ODD = [
    'a"b',
    "a'b",
    "a\nb",
    "a;--b",
    "😀",
    "ä ö",
    "\\",
    "$1",
    '"',
    "'",
    "/* */",
    "select",
    "\u202e",
]


@pytest.mark.parametrize("text", ODD)
def test_a_name_comes_back_as_it_was(text):
    relation = duckdb.connect().sql(f"SELECT 1 AS {quote_identifier(text)}")
    assert relation.columns == [text]


@pytest.mark.parametrize("text", [*ODD, ""])
def test_a_text_comes_back_as_it_was(text):
    assert duckdb.connect().sql(f"SELECT {quote_literal(text)}").fetchall() == [(text,)]


@pytest.mark.parametrize("quote", [quote_identifier, quote_literal])
def test_nul_is_refused(quote):
    with pytest.raises(ValueError, match="NUL"):
        quote("a\0b")
