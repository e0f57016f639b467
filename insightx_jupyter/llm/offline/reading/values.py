"""Values that columns are known to hold, as words of a question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..intent import Compare, Condition, Op, Value
from .conditions import Each
from .grammar import GRAMMAR, Hit, Note, Scope, native, rule
from .lexicon import Column, ValueEntry
from .tokens import Token
from .words import singular, unaccented

_JOINED, _PREFIX, _PLURAL = 3, 2, 1  # costs


@dataclass(frozen=True, slots=True)
class ValueSet:
    """Values of one column."""

    column: Column
    values: tuple[Value, ...]
    #: Joined by “and” or “vs”: each by itself.
    each: bool = False

    @property
    def condition(self) -> Condition:
        """The column holds one of them."""
        op = Op.EQ if len(self.values) == 1 else Op.IN
        if self.each:
            return Each(self.column.col, op, self.values)
        return Compare(self.column.col, op, self.values)


@native("value")
def _value(scope: Scope, start: int) -> Iterator[Hit]:
    if start >= len(scope.tokens):
        return
    token = scope.tokens[start]
    by_end: dict[int, list[Hit]] = {}
    for entry in _starting(scope, token):
        hit = _matched(scope, entry, start)
        if hit:
            by_end.setdefault(hit.end, []).append(hit)
    for hits in by_end.values():
        least = min(hit.cost for hit in hits)
        yield from (hit for hit in hits if hit.cost == least)


def _starting(scope: Scope, token: Token) -> list[ValueEntry]:
    words = token.word.split() if token.quoted else [token.word]
    first = words[0] if words else ""
    index = scope.words.values
    found = [*index.get(first, ())]
    if singular(first) != first:
        found += index.get(singular(first), ())
    return [*found, *_of_gender(scope, first), *_of_adjective(scope, first)]


def _of_adjective(scope: Scope, word: str) -> list[ValueEntry]:
    """``rainy`` days are those whose weather is rain; sunny, foggy alike."""
    if len(word) < 5 or not word.endswith("y"):
        return []
    noun = word[:-2] if word[-2] == word[-3] else word[:-1]
    found = scope.words.values.get(noun, ())
    return [ValueEntry(e.column, e.value, (word,)) for e in found if len(e.words) == 1]


_GENDERS = {"woman": ("female", "f", "w"), "man": ("male", "m"), "lady": ("female", "f"),
            "girl": ("female", "f"), "boy": ("male", "m")}  # fmt: skip


def _of_gender(scope: Scope, word: str) -> list[ValueEntry]:
    """``women`` are the rows whose sex is female, however the column writes it."""
    index, meant = scope.words.values, _GENDERS.get(singular(word), ())
    found = [entry for value in meant for entry in index.get(value, ())]
    fitting = [e for e in found if {"sex", "gender"} & set(e.column.words) and len(e.words) == 1]
    return [ValueEntry(e.column, e.value, (word,)) for e in fitting]


def _matched(scope: Scope, entry: ValueEntry, start: int) -> Hit | None:
    """A value that the tokens spell in full, or by words that only it begins with."""
    token = scope.tokens[start]
    cost = _JOINED if entry.column.joined else 0
    if token.quoted:
        same = token.word == entry.value.casefold().strip()
        return _hit(scope, entry, start, start + 1, cost, tell=False) if same else None
    common = _common(scope, entry.words, start)
    if common == len(entry.words):
        if common == 1 and _is_function_word(token, entry.value):
            return None
        exact = token.word == entry.words[0] and token.word in unaccented(entry.value.casefold())
        end = start + common
        return _hit(scope, entry, start, end, cost + (0 if exact else _PLURAL), tell=not exact)
    if common and _alone(entry, common, scope):
        return _hit(scope, entry, start, start + common, cost + _PREFIX, tell=True)
    return None


def _hit(scope: Scope, entry: ValueEntry, start: int, end: int, cost: int, *, tell: bool) -> Hit:
    longer = _longer(scope, entry)
    said = f"{entry.column.label} = {entry.value}"
    said += f" alone, not {', '.join(longer)}" if longer else ""
    note = Note(scope.text(start, end), said, tell=tell or bool(longer))
    notes = [note]
    if entry.column.joined and entry.column.col.via:
        left, right = entry.column.col.via
        joined = f"joined on {left} = {entry.column.col.frame}.{right}; rows without a match do not"
        notes.append(Note(entry.column.label, f"{joined} count"))
    return Hit(entry, end, cost, tuple(notes))


def _longer(scope: Scope, entry: ValueEntry) -> list[str]:
    """Other values that begin with this one (AIRBUS INDUSTRIE): they are left out, and said."""
    size = len(entry.words)
    same = [e for e in scope.words.values.get(entry.words[0], ()) if e.column is entry.column]
    return [e.value for e in same if len(e.words) > size and e.words[:size] == entry.words][:3]


def _common(scope: Scope, words: tuple[str, ...], start: int) -> int:
    count = 0
    for token, word in zip(scope.tokens[start:], words, strict=False):
        if token.word != word and singular(token.word) not in (word, singular(word)):
            break
        count += 1
    return count


def _is_function_word(token: Token, value: str) -> bool:
    """``or`` is not Oregon unless it is written OR."""
    if token.word not in GRAMMAR.literals:
        return False
    return token.text != value or (value.islower() and len(value) < 3)


def _alone(entry: ValueEntry, common: int, scope: Scope) -> bool:
    """Whether no other value of the column begins so, and all of them are known."""
    head = entry.words[:common]
    if not entry.column.complete or len("".join(head)) < 4 or head[0] in GRAMMAR.literals:
        return False
    same = [
        other
        for other in scope.words.values.get(head[0], ())
        if other.column is entry.column and other.words[:common] == head
    ]
    return len(same) == 1


@native("value_set")
def _value_set(scope: Scope, start: int) -> Iterator[Hit]:
    """One value, or several of one column joined by and, or, a comma or versus."""
    for first in scope.hits("value", start):
        entry: ValueEntry = first.value
        yield from _more(scope, entry.column, (entry.value,), first)


def _more(
    scope: Scope, column: Column, values: tuple[Value, ...], hit: Hit, *, each: bool = False
) -> Iterator[Hit]:
    yield Hit(ValueSet(column, values, each), hit.end, hit.cost, hit.notes)
    for link in scope.hits("value_link", hit.end):
        for after in scope.hits("value", link.end):
            entry: ValueEntry = after.value
            if entry.column is column and entry.value not in values:
                notes = (*hit.notes, *after.notes)
                joined = Hit(None, after.end, max(hit.cost, after.cost), notes)
                together = each or link.value
                yield from _more(scope, column, (*values, entry.value), joined, each=together)


@rule("value_link", "(or|,|, or|nor)")
def _or(scope: Scope) -> bool:
    return False


@rule("value_link", "(and|, and|vs|versus)", "and (from|on|in|to|at|the)")
def _and(scope: Scope) -> bool:
    """Whether each value is meant by itself."""
    return True


@rule("named_set", "{values:value_set}")
def _bare(scope: Scope, values: ValueSet) -> ValueSet:
    return values


@rule(
    "named_set",
    "[the] {column} [column] [(is|are|=|equal to|equals|being|was|were|of|either)] "
    "{values:value_set}",
    "{values:value_set} {column}",
)
def _with_column(scope: Scope, column: Column, values: ValueSet) -> ValueSet | None:
    return values if values.column.col == column.col else None


@rule("value_condition", "{values:named_set}")
def _value_condition(scope: Scope, values: ValueSet) -> Condition:
    return values.condition


@native("quoted")
def _quoted(scope: Scope, start: int) -> Iterator[Hit]:
    if start < len(scope.tokens) and scope.tokens[start].quoted:
        yield Hit(scope.tokens[start].text, start + 1)


@rule("literal", "{column} (is|=|equal to|equals) {text:quoted}")
def _literal(scope: Scope, column: Column, text: str) -> Condition | None:
    """A quoted text that is not among the known values; the column must not know them all."""
    if column.numeric or column.temporal or column.complete:
        return None
    return Compare(column.col, Op.EQ, (text,))


@rule(
    "literal",
    "{column} (contains|contain|containing|that contains|includes|including) {text:quoted}",
)
def _contains(scope: Scope, column: Column, text: str) -> Condition | None:
    return _like(column, Op.CONTAINS, text)


@rule(
    "literal",
    "{column} (starts with|starting with|start with|begins with|beginning with) {text:quoted}",
)
def _starts(scope: Scope, column: Column, text: str) -> Condition | None:
    return _like(column, Op.STARTS_WITH, text)


@rule("literal", "{text:quoted} in {:the} {column}")
def _within(scope: Scope, text: str, column: Column) -> Condition | None:
    return _like(column, Op.CONTAINS, text)


@native("coded")
def _coded(scope: Scope, start: int) -> Iterator[Hit]:
    """``iata JFK``: a text written like a code, of a column whose values are not all known."""
    keys = [(_key_of_entity(scope), hit) for hit in scope.hits("entity", start)]
    for column, hit in (*keys, *((hit.value, hit) for hit in scope.hits("column", start))):
        place = hit.end
        if (
            column is None
            or column.numeric
            or column.temporal
            or column.complete
            or place >= len(scope.tokens)
        ):
            continue
        token = scope.tokens[place]
        letters = any(c.isalpha() for c in token.text)
        if letters and token.text.isalnum() and token.text == token.text.upper():
            yield Hit(Compare(column.col, Op.EQ, (token.text,)), place + 1, hit.cost, hit.notes)


def _key_of_entity(scope: Scope) -> Column | None:
    """``employee E0005``: the column that names one row, called after the rows."""
    names = [(*scope.words.entity, tail) for tail in ("id", "code", "number", "key")]
    found = [c for c in scope.words.own if c.words in names and c.one_a_row(scope.frame)]
    return found[0] if len(found) == 1 else None


@rule("premod", "{part:coded}")
def _one_of_rows(scope: Scope, part: Condition) -> Condition:
    return part


@rule("literal", "{part:coded}")
def _code(scope: Scope, part: Condition) -> Condition:
    return part


@rule("literal", "{column} (ends with|ending with|end with|ends in|ending in) {text:quoted}")
def _ends(scope: Scope, column: Column, text: str) -> Condition | None:
    return _like(column, Op.ENDS_WITH, text)


def _like(column: Column, op: Op, text: str) -> Condition | None:
    return None if column.numeric or column.temporal else Compare(column.col, op, (text,))
