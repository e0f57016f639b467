"""The first N, the most common, the busiest: top 5 destinations by number of flights."""

from __future__ import annotations

from ...intent import Aggregate, Group, Values
from ..adjectives import Superlative, about
from ..compose import ranked
from ..grammar import Note, Scope, Told, rule
from ..lexicon import Column
from ..measures import Measured
from ..modifiers import Mods
from ..subjects import Subject
from .ranking import COUNT, heaviest, limited


@rule(
    "top", "[the|show|show me|list|give me|what are|which are|what were] [the] (top|first) {number}"
)
@rule("top", "{:which} {number} (top|highest|largest|biggest)")
def _top(scope: Scope, number: float) -> tuple[bool, int] | None:
    return (True, int(number)) if number == int(number) > 0 else None


@rule(
    "top", "[the|show|show me|list|give me|what are|which are] [the] (bottom|lowest|last) {number}"
)
def _bottom(scope: Scope, number: float) -> tuple[bool, int] | None:
    return (False, int(number)) if number == int(number) > 0 else None


@rule(
    "by_what",
    "(by|in terms of|with the highest|with the most|in|according to|ranked by|sorted by|for)",
)
def _by_what(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "{top} {group:rank_group} (by|in terms of|according to|ranked by|sorted by|regarding) "
    "{measured:measure} {mods}",
)
def _top_by(
    scope: Scope, top: tuple[bool, int], group: Group, measured: Measured, mods: Mods
) -> Aggregate | None:
    return ranked(scope, group, measured, mods, descending=top[0], limit=top[1])


@rule(
    "form",
    "{top} {group:rank_group} (with|having) [the] {sup:superlative} {measured:one_measure} {mods}",
)
def _top_with(
    scope: Scope,
    top: tuple[bool, int],
    group: Group,
    sup: Superlative,
    measured: Measured,
    mods: Mods,
) -> Aggregate | None:
    if sup.stem or not top[0]:
        return None
    return ranked(scope, group, measured, mods, descending=sup.descending, limit=top[1])


@rule("form", "{top} {group:rank_group} (with|having) [the] {sup:superlative} {subject} {mods}")
def _top_most(
    scope: Scope,
    top: tuple[bool, int],
    group: Group,
    sup: Superlative,
    subject: Subject,
    mods: Mods,
) -> Aggregate | None:
    if sup.stem or not top[0]:
        return None
    measured = Measured((COUNT,), subject.where)
    return ranked(scope, group, measured, mods, descending=sup.descending, limit=top[1])


@rule(
    "form",
    "{top} {group:rank_group} {mods}",
    "{top} {group:rank_group} by (count|frequency) {mods}",
    cost=1,
)
def _top_count(scope: Scope, top: tuple[bool, int], group: Group, mods: Mods) -> Told | None:
    column = scope.words.find(group.col)
    if column and column.one_a_row(scope.frame):
        return None  # each has one row: there is no first
    intent = ranked(scope, group, Measured((COUNT,)), mods, descending=top[0], limit=top[1])
    return Told(intent, (Note("top", "by number of rows"),)) if intent else None


@rule(
    "form",
    "{:which} [{number}] (busiest) {group:rank_group} [by|in terms of|with] [the] "
    "{measured:measure} {mods}",
)
@rule("form", "{:which} [{number}] (busiest) {group:rank_group} {mods}")
def _busiest(
    scope: Scope,
    group: Group,
    mods: Mods,
    measured: Measured | None = None,
    number: float | None = None,
) -> Told | None:
    intent = ranked(scope, group, measured or Measured((COUNT,)), mods, limit=limited(number))
    told = Note("busiest", "the most rows", tell=measured is None)
    return Told(intent, (told,)) if intent else None


@rule(
    "form",
    "{:which} [{number}] {sup:superlative} {group:rank_group} (by|in|in terms of) "
    "{measured:measure} {mods}",
)
def _warmest_by(
    scope: Scope,
    sup: Superlative,
    group: Group,
    measured: Measured,
    mods: Mods,
    number: float | None = None,
) -> Told | None:
    """“warmest month by average temp”: the adjective has to be about the measured column."""
    col = measured.measures[0].col
    found = (
        [largest for c, largest in about(scope, sup.stem) if c.col == col] if sup.stem else [True]
    )
    if not found:
        return None
    descending = found[0] == sup.descending
    intent = ranked(scope, group, measured, mods, descending=descending, limit=limited(number))
    return Told(intent) if intent else None


@rule(
    "form",
    "[rank|sort|order|show|list] {:the} {group:rank_group} (ranked|sorted|ordered|) by "
    "{measured:measure} {mods}",
)
def _ranked_all(scope: Scope, group: Group, measured: Measured, mods: Mods) -> Aggregate | None:
    descending = mods.descending is not False
    rest = Mods(mods.where, mods.groups, None, mods.limit)
    return ranked(scope, group, measured, rest, descending=descending, limit=None)


@rule("form", "{:which} {group:rank_group} (is|are|was|were) {name:comparative} {mods}")
def _heavier(scope: Scope, group: Group, name: str, mods: Mods) -> Told | None:
    told: Told | None = heaviest(scope, group=group, sup=Superlative(name, True), mods=mods)
    return told


@rule(
    "common",
    "[the|a] (most common|most frequent|most popular|commonest|most often occurring|most used)",
)
def _common(scope: Scope) -> bool:
    return True


@rule("common", "[the] (least common|least frequent|least popular|rarest)")
def _rare(scope: Scope) -> bool:
    return False


@rule("form", "{:which} [{number}] {common} [{number}] {column} {mods}")
@rule("form", "{:which} {column} (is|are|was|occurs|appears) {common} {mods}")
def _most_common(
    scope: Scope, common: bool, column: Column, mods: Mods, number: float | None = None
) -> Values | Aggregate | None:
    if mods.groups or column.temporal:
        return None
    limit = limited(number)
    if common and not column.joined:
        return Values(column.col, mods.condition, limit)
    return ranked(
        scope, Group(column.col), Measured((COUNT,)), mods, descending=common, limit=limit
    )
