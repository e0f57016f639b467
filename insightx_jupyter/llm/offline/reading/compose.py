"""Intents put together from their parts, refused where the parts do not fit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..intent import Aggregate, Group, Measure, Op, Order
from .conditions import Each, contradicts
from .grammar import Scope
from .measures import Measured
from .modifiers import Mods, narrowed


def aggregate(scope: Scope, measured: Measured, mods: Mods) -> Aggregate | None:
    """Measures by groups, in the order that was asked for."""
    whole = narrowed(mods, measured.where)
    if whole is None or not _sensible(measured.measures, whole.groups):
        return None
    whole = _of_each(whole)
    order = Order(0, whole.descending) if whole.descending is not None else None
    if (order or whole.limit) and not whole.groups:
        return None
    return Aggregate(
        scope.frame.name, measured.measures, whole.groups, whole.condition, order, whole.limit
    )


@dataclass(frozen=True, slots=True)
class Many(Group):
    """A group named in the plural (“which carriers”): all of them are ranked."""


def _of_each(mods: Mods) -> Mods:
    """“male and female penguins”: a figure of each, where nothing else is grouped by."""
    each = [part for part in mods.where if isinstance(part, Each)]
    if mods.groups or len(each) != 1:
        return mods
    return replace(mods, groups=(Group(each[0].col),))


def ranked(
    scope: Scope,
    group: Group,
    measured: Measured,
    mods: Mods,
    *,
    descending: bool = True,
    limit: int | None = 1,
    having: tuple[Op, float] | None = None,
) -> Aggregate | None:
    """Groups in the order of a measure: the first, the first N, or those beyond a bound."""
    whole = narrowed(mods, measured.where)
    if whole is None or whole.groups or whole.limit or not _sensible(measured.measures, (group,)):
        return None
    bound = (0, *having) if having else None
    if isinstance(group, Many):
        limit = None if limit == 1 else limit
        group = Group(group.col, group.grain)
    return Aggregate(
        scope.frame.name,
        measured.measures,
        (group,),
        whole.condition,
        Order(0, descending),
        limit,
        bound,
    )


def _sensible(measures: tuple[Measure, ...], groups: tuple[Group, ...]) -> bool:
    """A measure of the column that the groups are of says nothing."""
    grouped = {group.col for group in groups if group.grain is None}
    return not any(measure.col in grouped for measure in measures) and all(
        not contradicts(measure.where) for measure in measures
    )
