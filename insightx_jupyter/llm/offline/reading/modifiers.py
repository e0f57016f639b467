"""What may follow the heart of a question: filters, groups, order and limits, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..intent import Any, Condition, Group
from .conditions import both, contradicts
from .filters import flat
from .grammar import Hit, Scope, native, rule
from .subjects import Subject
from .values import ValueSet


@dataclass(frozen=True, slots=True)
class Mods:
    """Filters, groups and order gathered from what follows."""

    where: tuple[Condition, ...] = ()
    groups: tuple[Group, ...] = ()
    descending: bool | None = None
    limit: int | None = None

    @property
    def condition(self) -> Condition | None:
        """All filters as one."""
        return both(self.where)


@rule("mod", "{part:filter}")
def _filter(scope: Scope, part: Condition) -> Mods:
    return Mods(where=flat(part))


@rule("mod", "{groups:by}")
def _groups(scope: Scope, groups: tuple[Group, ...]) -> Mods:
    return Mods(groups=groups)


@rule("mod", "(did|does|do|has|have|had|is|are|were|was) {groups:by} [have|had|has|get|contain]")
def _each_has(scope: Scope, groups: tuple[Group, ...]) -> Mods:
    return Mods(groups=groups)


@rule(
    "mod",
    "(of|for|among|in|across|on|from|by|within|do|did|does|have|had|are|is|were|was) "
    "{subject:rows}",
)
def _of_subject(scope: Scope, subject: Subject) -> Mods:
    return Mods(where=subject.where)


@rule("mod", "{values:named_set}", cost=2)
def _bare_value(scope: Scope, values: ValueSet) -> Mods:
    """Telegraphic: ``avg dep_delay JFK``."""
    return Mods(where=(values.condition,))


@rule(
    "mod",
    "(does|do|did) {:the} {values:named_set} ({:verb}|have|get|had) [to|from|in|at]",
)
def _doer(scope: Scope, values: ValueSet) -> Mods:
    return Mods(where=(values.condition,))


@rule("mod", "(are|were|is|was) there")
def _there(scope: Scope) -> Mods:
    return Mods()


@rule("mod", "{:verb}")
def _verb(scope: Scope) -> Mods:
    return Mods()


@rule(
    "mod",
    "[sorted|ordered|ranked] (descending|desc|in descending order|highest first|largest first|"
    "from high to low|from highest to lowest|most first)",
)
def _descending(scope: Scope) -> Mods:
    return Mods(descending=True)


@rule(
    "mod",
    "[sorted|ordered|ranked] (ascending|asc|in ascending order|lowest first|smallest first|"
    "from low to high|from lowest to highest)",
)
def _ascending(scope: Scope) -> Mods:
    return Mods(descending=False)


@rule("mod", "(top|limit|limited to|only the top|only the first) {number}")
def _limit(scope: Scope, number: float) -> Mods | None:
    return Mods(descending=True, limit=int(number)) if number == int(number) > 0 else None


@native("mods")
def _mods(scope: Scope, start: int) -> Iterator[Hit]:
    yield Hit(Mods(), start)
    for first in scope.hits("mod", start):
        for link in scope.hits("mod_link", first.end):
            for rest in scope.hits("mods", link.end):
                if rest.end == link.end and link.end > first.end:
                    continue
                mods = joined(first.value, rest.value)
                if mods is not None:
                    notes = (*first.notes, *rest.notes)
                    yield Hit(mods, rest.end, first.cost + rest.cost, notes)


@rule("mod_link", "", "(and|,|but|then|, and|, but)")
def _mod_link(scope: Scope) -> str:
    return ""


def joined(left: Mods, right: Mods) -> Mods | None:
    """Both, unless they contradict each other or their order would change the meaning."""
    where = both((*left.where, *right.where))
    if contradicts(where) or len(left.groups) + len(right.groups) > 2:
        return None
    parts = flat(where)
    if len(parts) > 1 and any(isinstance(part, Any) for part in parts):
        return None  # “a or b and c” has no one reading
    if left.descending is not None and right.descending is not None:
        return None
    if set(left.groups) & set(right.groups):
        return None
    return Mods(
        parts,
        (*left.groups, *right.groups),
        left.descending if left.descending is not None else right.descending,
        left.limit or right.limit,
    )


def narrowed(mods: Mods, where: tuple[Condition, ...]) -> Mods | None:
    """The modifiers with the subject's own conditions."""
    return joined(Mods(where=where), mods)
