"""Conditions put together and turned round."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar

from ..intent import All, Any, Col, Compare, Condition, Not, Op

TermOrWhole = TypeVar("TermOrWhole")

_OPPOSITE = {
    Op.EQ: Op.NE, Op.NE: Op.EQ, Op.LT: Op.GE, Op.GE: Op.LT, Op.GT: Op.LE, Op.LE: Op.GT,
    Op.IN: Op.NOT_IN, Op.NOT_IN: Op.IN, Op.IS_NULL: Op.NOT_NULL, Op.NOT_NULL: Op.IS_NULL,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Each(Compare):
    """Values joined by “and”: a figure is wanted of each, as it turns out to be asked for."""


def plain(part: TermOrWhole) -> TermOrWhole:
    """The same with every Each as the comparison that it is."""
    if isinstance(part, Each):
        return Compare(part.col, part.op, part.values, part.grain)  # type: ignore[return-value]
    if isinstance(part, tuple):
        return tuple(plain(one) for one in part)  # type: ignore[return-value]
    if is_dataclass(part) and not isinstance(part, type):
        changed = {f.name: plain(getattr(part, f.name)) for f in fields(part)}
        return replace(part, **changed)
    return part


def both(conditions: Iterable[Condition]) -> Condition | None:
    """All of them; None if there is none. Nested ones are laid flat."""
    flat: list[Condition] = []
    for condition in conditions:
        parts = condition.parts if isinstance(condition, All) else (condition,)
        flat += [part for part in parts if part not in flat]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def either(left: Condition, right: Condition) -> Condition:
    """One of them; values of one column become one list."""
    if isinstance(left, Compare) and isinstance(right, Compare):
        listed = {Op.EQ, Op.IN}
        if left.op in listed and right.op in listed and _same(left, right):
            values = dict.fromkeys((*left.values, *right.values))
            return Compare(left.col, Op.IN, tuple(values), left.grain)
    parts = (*_parts(left), *_parts(right))
    return Any(tuple(dict.fromkeys(parts)))


def _same(left: Compare, right: Compare) -> bool:
    return left.col == right.col and left.grain == right.grain


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, Any) else (condition,)


def negated(condition: Condition) -> Condition:
    """The opposite, as one comparison where there is one."""
    if isinstance(condition, Compare) and condition.op in _OPPOSITE:
        return Compare(condition.col, _OPPOSITE[condition.op], condition.values, condition.grain)
    if isinstance(condition, Not):
        return condition.part
    return Not(condition)


def compares(condition: Condition | None) -> Iterator[Compare]:
    """All comparisons within."""
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, Not):
        yield from compares(condition.part)
    elif condition is not None:
        for part in condition.parts:
            yield from compares(part)


def columns(condition: Condition | None) -> Iterator[Col]:
    """All columns within."""
    yield from (compare.col for compare in compares(condition))


def contradicts(condition: Condition | None) -> bool:
    """Whether one column would have to equal two values at once."""
    if not isinstance(condition, All):
        return False
    equals = [(p.col, p.grain) for p in condition.parts if isinstance(p, Compare) and p.op is Op.EQ]
    return len(set(equals)) < len(equals)


def sorted_conditions(part: object) -> Hashable:
    """A value equal for intents that differ only in the order of conditions that all hold."""
    if isinstance(part, (All, Any)):
        return type(part).__name__, frozenset(sorted_conditions(one) for one in part.parts)
    if is_dataclass(part):
        named = ((f.name, sorted_conditions(getattr(part, f.name))) for f in fields(part))
        return type(part).__name__, tuple(named)
    if isinstance(part, tuple):
        return tuple(sorted_conditions(one) for one in part)
    return part if isinstance(part, Hashable) else repr(part)
