"""Rules into a BPF program, and the program into the kernel (seccomp(2)).

A program sees the architecture, the call's number and its six arguments as words
(struct seccomp_data); pointers mean nothing to it. All arguments that have a rule are
ints or flags within 32 bits, which is all that the kernel itself looks at.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from .numbers import AUDIT_ARCH, X32_BIT, machine, numbers
from .system import call

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_KILL, _ERRNO, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_SET_MODE_FILTER, _TSYNC = 1, 1
_INSTRUCTION = struct.Struct("=HBBI")

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Check:
    """``(argument & mask) == value``, on the low 32 bits."""

    argument: int
    mask: int = 0xFFFFFFFF
    value: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A call is allowed if all checks of one of the ``ways`` hold, or if there are none.

    ``refusal``: it is not allowed, and fails with this errno (0: it does nothing and
    says that it worked).
    """

    name: str
    ways: tuple[tuple[Check, ...], ...] = ()
    refusal: int | None = None


def assemble(rules: Iterable[Rule], architecture: str) -> list[Instruction]:
    """The program for ``x86_64`` or ``aarch64``; what no rule names fails with EPERM.

    Raises:
        KeyError: another architecture.
    """
    known = numbers(architecture)
    program = [
        _load(_ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, AUDIT_ARCH[architecture]),
        (_RETURN, 0, 0, _KILL),
        _load(_NUMBER),
    ]
    if architecture == "x86_64":
        # The same architecture with other numbers: none of it is ever meant.
        program += [(_JUMP_AT_LEAST, 0, 1, X32_BIT), (_RETURN, 0, 0, _KILL)]
    for rule in rules:
        if rule.name in known:
            block = _block(rule)
            program += [(_JUMP_EQUAL, 0, len(block), known[rule.name]), *block]
    return [*program, _fail(errno.EPERM)]


def install(rules: Iterable[Rule]) -> None:
    """Hold every thread of this process to ``rules``, for good.

    Raises:
        OSError: the kernel has no seccomp filters, or a thread could not be held.
    """
    program = assemble(rules, machine())
    code = ctypes.create_string_buffer(b"".join(_INSTRUCTION.pack(*line) for line in program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    if call("seccomp", _SET_MODE_FILTER, _TSYNC, header) != 0:
        raise OSError(errno.ESRCH, "seccomp: a thread did not take the filter")


def _block(rule: Rule) -> list[Instruction]:
    if rule.refusal is not None:
        return [_fail(rule.refusal)]
    if not rule.ways:
        return [(_RETURN, 0, 0, _ALLOW)]
    block: list[Instruction] = []
    for way in rule.ways:
        block += _way(way)
    return [*block, _fail(errno.EPERM)]


def _way(checks: tuple[Check, ...]) -> list[Instruction]:
    """Allow if all hold; fall out of the end if not."""
    lines: list[Instruction] = []
    for check in checks:
        # Three lines a check, then the return: how many to jump over if it fails.
        rest = 3 * len(checks) + 1 - len(lines) - 3
        lines += [
            _load(_ARGUMENTS + 8 * check.argument),
            (_AND, 0, 0, check.mask),
            (_JUMP_EQUAL, 0, rest, check.value),
        ]
    return [*lines, (_RETURN, 0, 0, _ALLOW)]


def _load(offset: int) -> Instruction:
    return (_LOAD, 0, 0, offset)


def _fail(code: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | code)
