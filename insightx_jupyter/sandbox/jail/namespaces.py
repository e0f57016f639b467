"""Namespaces: a process sees no other process, no network and no file but its own.

``leave`` and ``close_off`` are two steps because a process is never inside the pid
namespace that it makes: only what it forks afterwards is.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePath

from .system import call

_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x20000, 0x02000000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _BIND, _REC = 1, 2, 4, 8, 4096, 16384
_PRIVATE = 1 << 18
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_DEVICES = PurePath("/dev")
_PROC = PurePath("/proc")


def leave() -> None:
    """A user namespace in which this process is who it is; its children are in a new pid one.

    Raises:
        OSError: this system does not let this user have one.
    """
    user, group = os.geteuid(), os.getegid()
    call("unshare", _NEWUSER | _NEWPID)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def close_off(root: Path, readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Leave network, IPC and all files but these; ``root`` is an empty directory to build in.

    Raises:
        OSError: a mount was refused, as in containers that mask parts of /proc.
    """
    call("unshare", _NEWNS | _NEWNET | _NEWIPC | _NEWUTS | _NEWCGROUP)
    here = Path.cwd()
    _mount("none", Path("/"), None, _REC | _PRIVATE)
    _mount("tmpfs", root, "tmpfs", _NOSUID | _NODEV, "size=1m,nr_inodes=4096,mode=755")
    tree = _Tree(root)
    for path in readable:
        if not path.is_relative_to(_PROC):
            tree.add(path, read_only=True)
    for path in writable:
        tree.add(path, read_only=False)
    proc = tree.directory(PurePath("/proc"))
    _mount("proc", proc, "proc", _RDONLY | _NOSUID | _NODEV | _NOEXEC)
    _enter(root)
    os.chdir(here)
    with suppress(OSError):  # an empty directory that nobody minds
        root.rmdir()


class _Tree:
    """A file system under ``root`` that shows chosen paths where they really are."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._shown: list[Path] = []

    def add(self, path: Path, *, read_only: bool) -> None:
        """Show ``path``, with the links that lead to it; nothing where there is none."""
        real = self._follow(path)
        if real is None or (read_only and any(real.is_relative_to(s) for s in self._shown)):
            return
        target = self._place(real)
        # What is mounted below the scratch directory is this very tree.
        _mount(str(real), target, None, _BIND | (_REC if read_only else 0))
        flags = _NOSUID | (0 if real.is_relative_to(_DEVICES) else _NODEV)
        _set_flags(target, flags | (_RDONLY if read_only else 0))
        self._shown.append(real)

    def directory(self, path: PurePath) -> Path:
        """The place of a directory, made with those above it."""
        target = self._root / path.relative_to("/")
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
        return target

    def _follow(self, path: Path, depth: int = 0) -> Path | None:
        """Where ``path`` really is; each link on the way is made here too."""
        if depth > 40 or not path.exists():
            return None
        for part in (*reversed(path.parents), path):
            if part.is_symlink() and not self._is_shown(part):
                self._link(part)
                onward = part.parent / os.readlink(part) / path.relative_to(part)  # noqa: PTH115
                return self._follow(Path(os.path.normpath(onward)), depth + 1)
        return path.resolve()

    def _is_shown(self, path: Path) -> bool:
        return any(path.is_relative_to(shown) for shown in self._shown)

    def _link(self, link: Path) -> None:
        self.directory(link.parent)
        target = self._root / link.relative_to("/")
        if not target.is_symlink():
            target.symlink_to(os.readlink(link))  # noqa: PTH115 - as it is written

    def _place(self, real: Path) -> Path:
        if real.is_dir():
            return self.directory(real)
        self.directory(real.parent)
        target = self._root / real.relative_to("/")
        target.touch()
        return target


def _enter(root: Path) -> None:
    """Make ``root`` the root, and let go of the old one."""
    old = root / ".old"
    old.mkdir()
    call("pivot_root", os.fsencode(root), os.fsencode(old))
    os.chdir("/")
    call("umount2", b"/.old", _MNT_DETACH)
    Path("/.old").rmdir()
    call("mount_setattr", _AT_FDCWD, b"/", 0, *_attributes(_RDONLY | _NOSUID | _NODEV))


def _mount(source: str, target: Path, kind: str | None, flags: int, data: str = "") -> None:
    call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() if kind else None,
        flags,
        data.encode() or None,
    )


def _set_flags(target: Path, flags: int) -> None:
    call("mount_setattr", _AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, *_attributes(flags))


def _attributes(flags: int) -> tuple[ctypes.Array[ctypes.c_char], int]:
    """struct mount_attr: set, clear, propagation, user namespace."""
    packed = struct.pack("=4Q", flags, 0, 0, 0)
    return ctypes.create_string_buffer(packed, len(packed)), len(packed)
