"""Messages that a model can act on."""

from insightx_jupyter.sql.suggest import MESSAGE_CHARS, did_you_mean, explain_failure, listed

COLUMNS = {"flights": ["dep_time", "carrier"], "planes": ["model"]}


def test_names_are_compared_without_case():
    assert did_you_mean("DEPTIME", ["dep_time", "carrier"]) == "Did you mean dep_time?"
    assert did_you_mean("zzz", ["dep_time"]) == ""


def test_long_lists_are_cut():
    assert listed([f"c{i}" for i in range(420)]).endswith("c29 and 390 more")


def test_a_missing_column_is_looked_for_in_all_frames():
    message = 'Referenced column "modell" not found in FROM clause!\nCandidate bindings: "x"'
    assert explain_failure(message, COLUMNS) == "No column modell. Did you mean model?"


def test_a_column_that_is_there_but_out_of_scope_keeps_duckdb_s_words():
    message = 'Binder Error: Values list "q" does not have a column named "carrier"'
    assert explain_failure(message, COLUMNS) == message


def test_without_anything_alike_the_columns_are_listed():
    message = 'Referenced column "qqq" not found in FROM clause!'
    expected = "No column qqq. Columns of flights: dep_time, carrier. Columns of planes: model."
    assert explain_failure(message, COLUMNS) == expected


def test_the_query_is_not_repeated_and_the_length_is_bounded():
    assert explain_failure("Some Error: x\n\nLINE 1: SELECT secret", {}) == "Some Error: x"
    assert len(explain_failure("x" * 5000, {})) == MESSAGE_CHARS
