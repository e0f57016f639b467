"""The forms that a question can have, each a small rule; importing them registers them."""

from . import (
    changing,
    comparing,
    counting,
    describing,
    listing,
    plain,
    ranking,
    relating,
    summarizing,
    topping,
)

__all__ = [
    "changing",
    "comparing",
    "counting",
    "describing",
    "listing",
    "plain",
    "ranking",
    "relating",
    "summarizing",
    "topping",
]
