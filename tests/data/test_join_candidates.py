"""Joins between frames, measured."""

import pandas as pd
import pytest


def told(dna):
    return {
        f"{j.left_frame}.{j.left_column} → {j.right_frame}.{j.right_column}": j.inclusion
        for j in dna.joins
    }


def test_the_joins_of_nycflights(flights_dna, nycflights):
    joins = told(flights_dna)
    assert joins.keys() == {
        "flights.carrier → airlines.carrier",
        "flights.tailnum → planes.tailnum",
        "flights.origin → airports.faa",
        "weather.origin → airports.faa",
        "flights.dest → airports.faa",
    }
    assert joins["flights.carrier → airlines.carrier"] == 1.0
    ours = set(nycflights["flights"].tailnum.dropna())
    theirs = set(nycflights["planes"].tailnum)
    expected = len(ours & theirs) / len(ours)
    assert joins["flights.tailnum → planes.tailnum"] == pytest.approx(expected)
    assert all(j.right_unique for j in flights_dna.joins)


def test_keys_named_after_their_table(profiles):
    frames = {
        "orders": pd.DataFrame({"id": [1, 2, 3], "customer_id": [7.0, 8.0, None]}),
        "customers": pd.DataFrame({"id": [7, 8, 9]}),
    }
    assert told(profiles(frames)) == {"orders.customer_id → customers.id": 1.0}


def test_like_names_without_common_values_are_no_join(profiles):
    frames = {
        "a": pd.DataFrame({"code": ["x", "y", "x"]}),
        "b": pd.DataFrame({"code": ["p", "q", "r"]}),
    }
    assert told(profiles(frames)) == {}


def test_a_right_side_with_duplicates_is_no_key(flights_dna):
    assert not any(j.right_frame == "weather" for j in flights_dna.joins)


def test_a_hundred_frames_stay_bounded(profiles):
    frames = {
        f"f{n}": pd.DataFrame({"key": [f"k{i}" for i in range(9)], "ref": ["k1", "k2", "k3"] * 3})
        for n in range(100)
    }
    assert len(profiles(frames).joins) <= 60
