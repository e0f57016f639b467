"""One piece of code from its frames to its result."""

from __future__ import annotations

import ast
import os
import sys
from typing import TYPE_CHECKING, Any

from ...plane.channel import Channel
from .columns import safe_text
from .failure import describe
from .figures import Figures
from .frames import Frames
from .output import BUDGET, MAX_CHARACTERS
from .pyplot_hook import on_show

if TYPE_CHECKING:
    import pyarrow as pa

#: Bytes of all tables of one result.
MAX_RESULT_BYTES = 256 * 1024**2
#: Seconds for the parent to send what goes with the code, and to make buffers.
PARENT_TIMEOUT = 60.0
MAX_UNUSABLE = 2_000
RESULT = "result"


class ResultTooLarge(Exception):
    """The result does not fit through the door."""


class Workbench:
    """What happens before and after the shell runs the code; speaks with the parent."""

    def __init__(self, shell: Any, channel: Channel) -> None:
        self._shell = shell
        self._channel = channel
        self._frames = Frames(shell.user_ns)
        self._figures = Figures(self._publish)
        on_show(self._figures.show)
        self._run: Any = None
        self._before: dict[str, Any] = {}
        self._known: list[str] = []
        self._streams = (sys.stdout, sys.stderr)
        shell.events.register("post_run_cell", self._remember)

    def begin(self) -> None:
        """Bind the frames that the parent sends with the code."""
        self._run = None
        self._shell.compile.current_name = ""
        message, fds = self._channel.receive(PARENT_TIMEOUT)
        self._frames.receive(message, fds)
        self._known = message["known"]
        BUDGET.left = MAX_CHARACTERS
        self._figures.start()
        self._before = dict(self._shell.user_ns)
        self._streams = (sys.stdout, sys.stderr)

    def finish(self, code: str) -> None:
        """Send the outcome, and the tables into the buffers that the parent makes."""
        sys.stdout, sys.stderr = self._streams  # code may have put others in their place
        try:
            outcome, tables = self._outcome(code)
        except BaseException as error:  # noqa: BLE001 - goes to the parent, interrupts too
            outcome, tables = {"failure": self._describe(error, code)}, {}
        self._before = {}
        outcome["tables"] = list(tables)
        self._channel.send(outcome)
        if tables:
            self._hand_over(tables)

    def _remember(self, run: Any) -> None:
        self._run = run

    def _outcome(self, code: str) -> tuple[dict[str, Any], dict[str, pa.Table]]:
        if self._run is None:
            raise KeyboardInterrupt
        error = self._run.error_before_exec or self._run.error_in_exec
        self._figures.finish(self._new_values())
        if error is not None:
            return {"failure": self._describe(error, code)}, {}
        return self._result(code)

    def _result(self, code: str) -> tuple[dict[str, Any], dict[str, pa.Table]]:
        from .results import tabulate

        assigned = self._assigned(code)
        value = self._shell.user_ns[RESULT] if assigned else self._run.result
        tables = tabulate(value)
        size = sum(table.nbytes for table in tables.values())
        if size > MAX_RESULT_BYTES:
            raise ResultTooLarge(
                f"The result has {size / 1e6:,.0f} MB, and {MAX_RESULT_BYTES / 1e6:,.0f} MB can "
                "come back. Aggregate it, or keep fewer rows and columns."
            )
        # What the last expression shows is the table itself, unless another is the result.
        outcome: dict[str, Any] = {"failure": None, "shown": bool(tables) and not assigned}
        if assigned and not tables:
            outcome["text"] = safe_text(value, MAX_UNUSABLE)
        return outcome, tables

    def _assigned(self, code: str) -> bool:
        """Whether this code gave ``result`` a value."""
        now = self._shell.user_ns.get(RESULT)
        if now is None:
            return False
        return now is not self._before.get(RESULT) or _stores(code, RESULT)

    def _new_values(self) -> list[Any]:
        """What the code made: new values of names, and of the last expression."""
        after = dict(self._shell.user_ns)
        own = [
            value
            for name, value in after.items()
            if not name.startswith("_") and value is not self._before.get(name)
        ]
        return [*own, self._run.result]

    def _describe(self, error: BaseException, code: str) -> dict[str, Any]:
        own = {n: v for n, v in self._shell.user_ns.items() if n not in self._shell.user_ns_hidden}
        names = {**dict.fromkeys(self._known), **own}
        return describe(error, code, self._shell.compile.current_name, names)

    def _publish(self, png: str, words: str) -> None:
        self._shell.display_pub.publish(
            data={"image/png": png}, metadata={"insightx": {"words": words}}
        )

    def _hand_over(self, tables: dict[str, pa.Table]) -> None:
        import pyarrow as pa

        _, fds = self._channel.receive(PARENT_TIMEOUT)
        for fd, table in zip(fds, tables.values(), strict=True):
            with os.fdopen(fd, "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
                writer.write_table(table)
        self._channel.send({"written": len(tables)})


def _stores(code: str, name: str) -> bool:
    """Whether ``name`` is assigned at the top level of the code."""
    try:
        waiting: list[ast.AST] = [ast.parse(code)]
    except SyntaxError:
        return False
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            inner = node.value
            if isinstance(inner, ast.Name) and inner.id == name:
                return True
        if not isinstance(node, scopes):
            waiting.extend(ast.iter_child_nodes(node))
    return False
