"""Landlock: which files this process can open, from now on and for good.

It holds for the calling thread and those that it starts later, so that it must come
before the first other thread. Existence of a path still shows through stat.
See Documentation/userspace-api/landlock.rst of Linux.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from .system import call

_CREATE_VERSION, _RULE_PATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_SOCK = 1 << 7, 1 << 8, 1 << 9
_REFER, _TRUNCATE = 1 << 13, 1 << 14
#: What is forbidden unless a rule allows it, by the first ABI that knows it: 13 rights on
#: files, then links across directories, truncation and device ioctls.
_HANDLED = ((1, (1 << 13) - 1), (2, _REFER), (3, _TRUNCATE), (5, 1 << 15))
#: Binding and connecting TCP (ABI 4); abstract sockets and signals to outside (ABI 6).
_NETWORK, _SCOPED = 0b11, 0b11

_READ = _READ_FILE | _READ_DIR
_WRITE = (
    _READ
    | _WRITE_FILE
    | _REMOVE_DIR
    | _REMOVE_FILE
    | _MAKE_DIR
    | _MAKE_REG
    | _MAKE_SOCK
    | _REFER
    | _TRUNCATE
)
#: What may be asked for a single file.
_ON_FILES = _READ_FILE | _WRITE_FILE | _TRUNCATE


def abi() -> int:
    """The kernel's Landlock version, 0 where there is none."""
    try:
        return call("landlock_create_ruleset", None, 0, _CREATE_VERSION)
    except OSError:
        return 0


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Let this thread open these files and trees and nothing else; missing ones are left out.

    Raises:
        OSError: the kernel has no Landlock, or does not allow it.
    """
    version = abi()
    handled = sum(rights for since, rights in _HANDLED if version >= since)
    ruleset = _create(version, handled)
    try:
        for path in readable:
            _allow(ruleset, path, _READ & handled)
        for path in writable:
            _allow(ruleset, path, _WRITE & handled)
        call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _create(version: int, handled: int) -> int:
    words = [handled]
    if version >= 4:
        words.append(_NETWORK)
    if version >= 6:
        words.append(_SCOPED)
    attributes = ctypes.create_string_buffer(struct.pack(f"={len(words)}Q", *words))
    return call("landlock_create_ruleset", attributes, 8 * len(words), 0)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there, or not for this user: then not for the child either
    try:
        rights = rights if path.is_dir() else rights & _ON_FILES
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, opened))
        call("landlock_add_rule", ruleset, _RULE_PATH, rule, 0)
    finally:
        os.close(opened)
