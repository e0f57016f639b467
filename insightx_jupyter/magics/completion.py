"""Tab on a ``%insightx`` line: options, commands, frames and their columns."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from .commands import COMMANDS
from .options import build_parser

#: The line up to the cursor, plain or assigned: ``ans = %insightx …``.
_LINE = re.compile(r"[^#]*%insightx\b(?P<before>.*?)(?P<word>[^\s,]*)$")
#: For IPython before 8.6, which knows hooks by pattern only.
_PATTERN = r".*%insightx\b"
_MOST = 500
_FREE = ("--model", "--as", "--timeout", "--max-tokens")


class Completer:
    """What can stand where the cursor is. ``attach`` and ``detach`` leave no trace."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._matchers = getattr(shell.Completer, "custom_matchers", None)
        self._matcher: Any = None

    def attach(self) -> None:
        """Begin to offer."""
        if self._matchers is None:
            self._shell.set_hook("complete_command", self.hook, re_key=_PATTERN)
            return
        from IPython.core.completer import context_matcher

        @context_matcher(identifier="insightx")
        def matcher(context: Any) -> dict[str, Any]:
            return self.match(context)

        self._matcher = matcher
        self._matchers.insert(0, matcher)

    def detach(self) -> None:
        """Stop offering."""
        if self._matchers is not None:
            self._matchers.remove(self._matcher)
            return
        dispatcher = self._shell.strdispatchers["complete_command"]
        dispatcher.regexs = {k: c for k, c in dispatcher.regexs.items() if k.pattern != _PATTERN}

    def match(self, context: Any) -> dict[str, Any]:
        """Nothing of Python's own belongs into a question: other matchers are silent here."""
        from IPython.core.completer import SimpleCompletion

        lines = context.full_text.splitlines()
        line = lines[context.cursor_line][: context.cursor_position] if lines else ""
        match = _LINE.match(line)
        if match is None:
            return {"completions": []}
        found = [SimpleCompletion(text=text) for text in self._offered(match)]
        return {"completions": found, "suppress": True, "matched_fragment": match["word"]}

    def hook(self, shell: Any, event: Any) -> list[str]:
        """The same for IPython before 8.6."""
        match = _LINE.match(event.text_until_cursor)
        return list(self._offered(match)) if match else []

    def _offered(self, match: re.Match[str]) -> list[str]:
        before, word = match["before"].rstrip(), match["word"]
        if not before and word.startswith("/"):
            return [command for command in COMMANDS if command.startswith(word)]
        if word.startswith("-"):
            return [option for option in _options() if option.startswith(word)]
        if before.endswith(_FREE):
            return []
        frames_only = before.endswith(("--frames", ","))
        return sorted(set(self._names(word, frames_only)))[:_MOST]

    def _names(self, word: str, frames_only: bool) -> Iterator[str]:
        prefix, _, stem = word.rpartition(".")
        for name, frame in self._frames():
            if not prefix and _begins(name, stem):
                yield name
            if frames_only or prefix not in ("", name):
                continue
            for column in list(getattr(frame, "columns", ()))[:_MOST]:
                if isinstance(column, str) and _begins(column, stem):
                    yield f"{prefix}.{column}" if prefix else column

    def _frames(self) -> Iterator[tuple[str, Any]]:
        kinds = tuple(
            sys.modules[module].DataFrame
            for module in ("pandas", "polars")
            if module in sys.modules
        )
        for name, value in list(self._shell.user_ns.items()):
            if not name.startswith("_") and isinstance(value, kinds):
                yield name, value


def _begins(name: str, stem: str) -> bool:
    return name.casefold().startswith(stem.casefold())


def _options() -> list[str]:
    parser = build_parser()
    return [s for action in parser._actions for s in action.option_strings if s.startswith("--")]
