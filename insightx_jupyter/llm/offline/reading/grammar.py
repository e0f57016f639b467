"""Rules of the language: patterns of words and slots, tried at every place, all readings kept.

A pattern is words with ``(a b|c)`` for alternatives, ``[a]`` for what may be left
out and ``{slot}`` or ``{slot:part}`` for another part of the language. A rule's
function is given what the slots read (``{:part}`` is read and forgotten) and returns
a value, None to refuse, or ``Told`` to add to the cost and to say how a word was
read. Nothing is guessed: a question is read when one reading that covers every word costs least.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ....protocol.dna import FrameProfile
from .lexicon import Column, FrameWords
from .tokens import Token

Slots = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """How a word was read. ``tell`` is off where nothing had to be interpreted."""

    word: str
    reading: str
    tell: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A value with what it cost and what has to be said about it."""

    value: Any
    notes: tuple[Note, ...] = ()
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A reading of the tokens up to (not including) ``end``."""

    value: Any
    end: int
    cost: int = 0
    notes: tuple[Note, ...] = ()


Build = Callable[..., Any]
Native = Callable[["Scope", int], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class _Lit:
    word: str


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    part: str


@dataclass(frozen=True, slots=True)
class _Alt:
    branches: tuple[tuple[_Node, ...], ...]


_Node = _Lit | _Slot | _Alt


@dataclass(frozen=True, slots=True)
class _Rule:
    nodes: tuple[_Node, ...]
    build: Build
    cost: int
    #: The words that it can begin with; None: not known before it is tried.
    first: frozenset[str] | None


@dataclass(slots=True)
class Grammar:
    """All rules by the part that they read."""

    rules: dict[str, list[_Rule]] = field(default_factory=dict)
    natives: dict[str, Native] = field(default_factory=dict)
    literals: set[str] = field(default_factory=set)

    def rule(self, part: str, *patterns: str, cost: int = 0) -> Callable[[Build], Build]:
        """Register a function for patterns that read a part."""

        def register(build: Build) -> Build:
            for pattern in patterns:
                nodes = _compile(pattern, self.literals)
                self.rules.setdefault(part, []).append(
                    _Rule(nodes, build, cost, _first_words(nodes))
                )
            return build

        return register

    def native(self, part: str) -> Callable[[Native], Native]:
        """Register a function that reads a part by itself."""

        def register(function: Native) -> Native:
            self.natives[part] = function
            return function

        return register


GRAMMAR = Grammar()
rule = GRAMMAR.rule
native = GRAMMAR.native


@dataclass(slots=True)
class Scope:
    """One question against one frame. Readings of a part at a place are kept."""

    words: FrameWords
    tokens: tuple[Token, ...]
    memo: dict[tuple[str, int], tuple[Hit, ...]] = field(default_factory=dict)
    furthest: int = 0
    #: Why readings that fitted in form were turned down, for when nothing else fits.
    refusals: list[str] = field(default_factory=list)

    def refuse(self, reason: str, *, first: bool = False) -> None:
        """Remember why a reading was turned down; ``first`` says that it is told before others."""
        if reason not in self.refusals:
            self.refusals.insert(0 if first else len(self.refusals), reason)

    @property
    def frame(self) -> FrameProfile:
        """The frame that the question is read against."""
        return self.words.profile

    def dates(self) -> tuple[Column, ...]:
        """The dates that an unnamed time can be of."""
        return self.words.usual_dates(token.word for token in self.tokens)

    def text(self, start: int, end: int) -> str:
        """What the user typed there."""
        return " ".join(token.text for token in self.tokens[start:end])

    def hits(self, part: str, start: int) -> tuple[Hit, ...]:
        """Every reading of a part from a place on, the cheapest for each value and end."""
        key = (part, start)
        if key not in self.memo:
            self.memo[key] = ()  # a part that begins with itself reads nothing
            self.memo[key] = _cheapest(self._read(part, start))
        return self.memo[key]

    def _read(self, part: str, start: int) -> Iterator[Hit]:
        function = GRAMMAR.natives.get(part)
        if function:
            yield from function(self, start)
        word = self.tokens[start].word if start < len(self.tokens) else ""
        for one in GRAMMAR.rules.get(part, ()):
            if one.first is not None and word not in one.first:
                continue
            for end, slots, cost, notes in match(self, one.nodes, start):
                hit = _built(one.build(self, **slots), end, cost + one.cost, notes)
                if hit:
                    yield hit


def _built(value: Any, end: int, cost: int, notes: tuple[Note, ...]) -> Hit | None:
    if value is None:
        return None
    if isinstance(value, Told):
        return Hit(value.value, end, cost + value.cost, (*notes, *value.notes))
    return Hit(value, end, cost, notes)


def _cheapest(hits: Iterator[Hit]) -> tuple[Hit, ...]:
    best: dict[tuple[Any, int], Hit] = {}
    for hit in hits:
        key = (hit.value, hit.end)
        if key not in best or hit.cost < best[key].cost:
            best[key] = hit
    return tuple(best.values())


_State = tuple[int, dict[str, Any], int, tuple[Note, ...]]


def match(scope: Scope, nodes: tuple[_Node, ...], start: int) -> Iterator[_State]:
    """Every way to read a sequence of nodes from a place on."""
    if not nodes:
        scope.furthest = max(scope.furthest, start)
        yield start, {}, 0, ()
        return
    for end, slots, cost, notes in _match_one(scope, nodes[0], start):
        for last, more, added, told in match(scope, nodes[1:], end):
            yield last, {**slots, **more}, cost + added, (*notes, *told)


def _match_one(scope: Scope, node: _Node, start: int) -> Iterator[_State]:
    if isinstance(node, _Lit):
        if start < len(scope.tokens) and scope.tokens[start].word == node.word:
            yield start + 1, {}, 0, ()
    elif isinstance(node, _Slot):
        for hit in scope.hits(node.part, start):
            bound = {node.name: hit.value} if node.name else {}
            yield hit.end, bound, hit.cost, hit.notes
    else:
        for branch in node.branches:
            yield from match(scope, branch, start)


def _first_words(nodes: tuple[_Node, ...]) -> frozenset[str] | None:
    """The words that a sequence can begin with; None where a slot or nothing may come first."""
    if not nodes or isinstance(nodes[0], _Slot):
        return None
    if isinstance(nodes[0], _Lit):
        return frozenset({nodes[0].word})
    found: set[str] = set()
    for branch in nodes[0].branches:
        words = _first_words((*branch, *nodes[1:]))
        if words is None:
            return None
        found |= words
    return frozenset(found)


_PATTERN = re.compile(r"\{[\w:]+\}|[()\[\]|]|[^\s()\[\]|{}]+")


def _compile(pattern: str, literals: set[str]) -> tuple[_Node, ...]:
    words = _PATTERN.findall(pattern)
    branches, rest = _branches(words, literals)
    if rest or len(branches) != 1:
        raise ValueError(f"pattern does not close: {pattern}")
    return branches[0]


def _branches(
    words: list[str], literals: set[str]
) -> tuple[tuple[tuple[_Node, ...], ...], list[str]]:
    """Read alternatives up to the closing bracket; return them and what is left."""
    branches: list[tuple[_Node, ...]] = []
    nodes: list[_Node] = []
    while words and words[0] not in (")", "]"):
        head, *words = words
        if head == "|":
            branches.append(tuple(nodes))
            nodes = []
        elif head in ("(", "["):
            inner, words = _branches(words, literals)
            words = words[1:]
            nodes.append(_Alt((*inner, ()) if head == "[" else inner))
        elif head.startswith("{"):
            name, _, part = head[1:-1].partition(":")
            nodes.append(_Slot(name, part or name))
        else:
            literals.add(head)
            nodes.append(_Lit(head))
    return (*branches, tuple(nodes)), words
