import pandas as pd
import pytest

from insightx_jupyter.data.naming import NAME_CHARS, column_names, frame_names, original_text


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["a", "b c", "Größe"], ("a", "b c", "Größe")),
        (["a", "A", "a"], ("a", "A_2", "a_3")),
        (["a", "a", "a_2"], ("a", "a_3", "a_2")),
        ([0, 1, "1"], ("0", "1", "1_2")),
        (["", None, float("nan"), "  "], ("column_1", "column_2", "column_3", "column_4")),
        ([("x", "mean"), ("x", ""), ("x", 1)], ("x_mean", "x", "x_1")),
        (["a\nb", "\ud800", "\u202eevil"], ("a b", "\\ud800", "evil")),
        ([pd.Timestamp("2020-01-01")], ("2020-01-01 00:00:00",)),
    ],
)
def test_names_are_unique_text(labels, names):
    assert column_names(labels) == names
    assert column_names(labels) == names


def test_an_index_gives_way_to_a_column_of_its_name():
    assert column_names(["index", "a", "index"], leading=1) == ("index_2", "a", "index")


def test_long_names_are_cut_and_stay_apart():
    names = column_names(["x" * 5000 + "1", "x" * 5000 + "2"])
    assert len(set(names)) == 2
    assert max(map(len, names)) <= NAME_CHARS + 2


def test_a_label_whose_str_fails_gets_a_name():
    class Evil:
        def __str__(self):
            raise RuntimeError

        __repr__ = __str__

    assert column_names([Evil(), "a"]) == ("column_1", "a")
    assert original_text(Evil(), "column_1") == ""


def test_ten_thousand_equal_names_take_no_time():
    assert len(set(column_names(["a"] * 3000))) == 3000


def test_frame_names_are_identifiers():
    given = ["my sales 2024", "2024", "class", "", "DF", "df", "flights", "a;drop table x"]
    assert list(frame_names(given).values()) == [
        "my_sales_2024",
        "frame_2024",
        "class_",
        "frame",
        "DF",
        "df_2",
        "flights",
        "a_drop_table_x",
    ]
