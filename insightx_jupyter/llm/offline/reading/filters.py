"""Which rows: from JFK, on Torgersen, with more than 300 seats, not female, where x is missing."""

from __future__ import annotations

from collections.abc import Iterator

from ..intent import All, Compare, Condition, Op
from .columns import matching, token_words
from .conditions import both, contradicts, either, negated
from .grammar import Hit, Note, Scope, Told, native, rule
from .lexicon import Column
from .tokens import tokenize
from .values import ValueSet

_FROM = frozenset(["origin", "from", "source", "start", "departure", "sender"])
_JOURNEYS = frozenset(["trip", "journey", "ride", "flight", "voyage"])
_PLACES = frozenset(["city", "country", "place", "town", "state", "region", "location"])
_TO = frozenset(["destination", "to", "target", "end", "arrival", "receiver"])


@rule("named_set", "{values:value_set} {entity:joined_entity}")
def _of_entity(scope: Scope, values: ValueSet, entity: str) -> ValueSet | None:
    return values if values.column.col.frame == entity else None


@rule("from", "(from|out of|leaving|departing|departing from|leaving from|originating in)")
@rule("from", "(left|left from|departed|departed from|leave|leave from|depart from|flew from)")
@rule("from", "(depart|fly from|flying from|starting in|starting at|starting from|flown from)")
@rule(
    "from", "(come from|comes from|came from|coming from|originate from|originating from|go from)"
)
def _from(scope: Scope) -> str:
    return "from"


@rule(
    "to", "(to|into|bound for|heading to|headed to|headed for|going to|flying to|flew to|flown to)"
)
@rule(
    "to", "(arriving at|arriving in|arrived at|arrived in|landing at|landing in|landed at|fly to)"
)
@rule("to", "(arrive at|arrive in|land at|land in|landed in|go to|went to|towards|flew into)")
def _to(scope: Scope) -> str:
    return "to"


@rule("at", "(in|on|at|for|of|with|by|via|within|among|amongst|inside|using|on the)")
@rule("at", "(built|made|manufactured|produced|operated|flown|run) (by|in|at|on)")
@rule("at", "(living|live|lived|found|located|measured|recorded|observed|sampled|seen) (in|on|at)")
@rule("at", "(made|built) in")
def _at(scope: Scope) -> str:
    return "at"


def _ends(column: Column, words: frozenset[str]) -> bool:
    return bool(words & {*column.words, *column.via_words})


@rule("place", "{:from} {:the} {values:named_set}")
def _from_value(scope: Scope, values: ValueSet) -> Condition | Told | None:
    if _ends(values.column, _TO):
        return None
    if _ends(values.column, _FROM) or not _JOURNEYS & set(scope.words.entity):
        return values.condition
    said = f"{values.column.label} = {', '.join(map(str, values.values))}"
    return Told(values.condition, (Note("from", said),))


@rule("place", "{:to} {:the} {values:named_set}")
def _to_value(scope: Scope, values: ValueSet) -> Condition | Told | None:
    """“trips to Paris”, by the one place that a row has where it names no two ends."""
    if _ends(values.column, _TO):
        return values.condition
    ended = any(_ends(column, _TO | _FROM) for column in scope.words.columns)
    if ended or not _PLACES & set(values.column.words):
        return None
    said = f"{values.column.label} = {', '.join(map(str, values.values))}"
    return Told(values.condition, (Note("to", said),))


@rule("place", "{:at} {:the} {values:named_set}")
def _at_value(scope: Scope, values: ValueSet) -> Condition:
    return values.condition


@rule("place", "(of|for|with|from|in|by|on) {:the} {column} [number] {number}")
def _numbered(scope: Scope, column: Column, number: float) -> Condition | None:
    """``of customer 12``: a label that is a number."""
    if not column.numeric or column.joined:
        return None
    return Compare(column.col, Op.EQ, (number,))


@rule("place", "between {origin:value_set} and {dest:value_set}")
def _between_places(scope: Scope, origin: ValueSet, dest: ValueSet) -> None:
    scope.refuse("“between” two places does not say the direction: say “from … to …”")


@rule("simple", "{part:number_condition}")
@rule("simple", "{part:null_condition}")
@rule("simple", "{part:literal}")
@rule("simple", "{part:time_condition}")
@rule("simple", "{part:late_condition}")
def _simple(scope: Scope, part: Condition) -> Condition:
    return part


@rule("clause", "{part:simple}", "{part:place}")
def _clause(scope: Scope, part: Condition) -> Condition:
    return part


@rule("clause", "{:the} {values:named_set}")
def _value_clause(scope: Scope, values: ValueSet) -> Condition:
    return values.condition


@rule("clause", "not {part:clause}", "neither {part:clause}", "no {values:named_set}")
def _not_clause(
    scope: Scope, part: Condition | None = None, values: ValueSet | None = None
) -> Told | None:
    if values is not None and _also_measured(scope, values):
        return None
    opposite = part or (values.condition if values else None)
    return Told(negated(opposite), _unknowns(scope, opposite)) if opposite else None


def _also_measured(scope: Scope, values: ValueSet) -> bool:
    """“no rain” where rain is a value and an amount too: it has to be said which."""
    if values.column.numeric:
        return False
    for value in values.values:
        said = tuple(word for token in tokenize(str(value)) for word in token_words(token))
        for column, _ in matching(scope.words, said):
            if column.numeric and not column.joined:
                one, other = f"{values.column.label} is not {value}", f"{column.label} is 0"
                scope.refuse(f"“no {value}” can be {one} or {other}. Say which", first=True)
                return True
    return False


@rule("clause", "{:the} {column} [is|are|was|were] not {values:value_set}")
def _other_value(scope: Scope, column: Column, values: ValueSet) -> Told | None:
    if values.column.col != column.col:
        return None
    return Told(negated(values.condition), _unknowns(scope, values.condition))


@native("clauses")
def _clauses(scope: Scope, start: int) -> Iterator[Hit]:
    """Clauses joined by and, or by or; a mixture has no one reading."""
    for first in scope.hits("clause", start):
        yield first
        yield from _chain(scope, first, "and_link", conjunction=True)
        yield from _chain(scope, first, "or_link", conjunction=False)


def _chain(scope: Scope, left: Hit, link: str, *, conjunction: bool) -> Iterator[Hit]:
    for join in scope.hits(link, left.end):
        for right in scope.hits("clause", join.end):
            value = (
                both((left.value, right.value)) if conjunction else either(left.value, right.value)
            )
            if value is None or contradicts(value):
                continue
            notes = (*left.notes, *right.notes)
            hit = Hit(value, right.end, left.cost + right.cost, notes)
            yield hit
            yield from _chain(scope, hit, link, conjunction=conjunction)


@rule("and_link", "(and|,|but) {:relative}", "and {:relative} also")
def _and(scope: Scope) -> str:
    return "and"


@rule("or_link", "or {:relative}")
def _or(scope: Scope) -> str:
    return "or"


@rule("relative", "[that|which|who|where|whose|with|when] [is|are|was|were|have|has|had|a|an|the]")
def _relative(scope: Scope) -> str:
    return ""


@rule("be", "(is|are|was|were|being|be|been|have been|has been|had been|got|gets)")
def _be(scope: Scope) -> str:
    return ""


@rule(
    "have",
    "(has|have|had|having|with|contain|contains|hold|holds|own|get|gets|got|receive|receives|"
    "received|want|wants|use|uses)",
)
def _have(scope: Scope) -> str:
    return ""


@rule(
    "filter",
    "[that|which|who] {:be} {part:clauses}",
    "[that|which|who] {:have} [a|an|the|its] {part:clauses}",
    "(where|whose|when|if|with) {:the} {part:clauses}",
    "{part:place}",
    "{part:simple}",
    "{:verb} {part:simple}",
    "[that|which|who] {:verb} {part:clauses}",
    "(that|which|who) {part:clauses}",
)
def _filter(scope: Scope, part: Condition) -> Condition:
    return part


@rule("filter", "{left:place} or {right:place}")
def _either_place(scope: Scope, left: Condition, right: Condition) -> Condition:
    return either(left, right)


@rule(
    "filter",
    "(except|except for|excluding|other than|apart from|but not|besides|outside|not|"
    "and not|leaving out|without counting|not counting|ignoring) {:the} {part:excluded}",
)
def _except(scope: Scope, part: Condition) -> Told:
    return Told(negated(part), _unknowns(scope, part))


@rule("filter", "without {:the} {part:excluded}")
def _without(scope: Scope, part: Condition) -> Told | None:
    if isinstance(part, Compare):
        column = scope.words.find(part.col)
        if column and _also_measured(scope, ValueSet(column, part.values)):
            return None
    return Told(negated(part), _unknowns(scope, part))


@rule(
    "filter",
    "[that|which|who] (is|are|was|were|did|do|does|has|have|had) not [{:verb}|have|been] "
    "{part:clause}",
)
def _is_not(scope: Scope, part: Condition) -> Told:
    return Told(negated(part), _unknowns(scope, part))


@rule("excluded", "{part:place}", "{part:late_condition}", "{part:time_condition}")
@rule("excluded", "{part:number_condition}")
def _excluded(scope: Scope, part: Condition) -> Condition:
    return part


@rule("excluded", "{values:named_set} [{:entity}]")
def _excluded_values(scope: Scope, values: ValueSet) -> Condition:
    return values.condition


def _unknowns(scope: Scope, condition: Condition) -> tuple[Note, ...]:
    """Rows where a negated comparison is unknown drop out: said where there are any."""
    if not isinstance(condition, Compare) or condition.op in (Op.IS_NULL, Op.NOT_NULL):
        return ()
    column = scope.words.find(condition.col)
    if column is None or not column.profile.nulls:
        return ()
    return (Note("not", f"rows without {column.label} do not count"),)


def flat(condition: Condition | None) -> tuple[Condition, ...]:
    """The parts that all have to hold."""
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, All) else (condition,)
