"""The magic itself: a line or a cell becomes a question, a command, or help."""

from __future__ import annotations

import ast
import builtins
import keyword
import linecache
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from ..errors import OptionInvalid
from .commands import run_command
from .options import Line, parse_line

if TYPE_CHECKING:
    from ..api import Answer, Run
    from .settings import InsightX


@magics_class
class InsightXMagics(Magics):
    """Holds what the magic needs between calls: its settings and the names it has bound."""

    def __init__(self, shell: Any, settings: InsightX) -> None:
        super().__init__(shell)
        self._settings = settings
        self._bound: dict[str, int] = {}

    @no_var_expand
    @line_cell_magic
    def insightx(self, line: str, cell: str | None = None) -> Answer | Run | None:
        """Ask a question about the frames in this notebook.

        %insightx [options] question      the rest of the line is the question
        %%insightx [options]              the body is the question
        %insightx --help                  the options
        %insightx /help                   the commands
        """
        if cell is None and line.strip().startswith("/"):
            run_command(line.strip(), self.shell, self._settings)
            return None
        parsed = parse_line(line)
        if parsed is None:
            return None
        if cell is not None:
            parsed = _with_body(parsed, cell)
        if cell is None and not parsed.question and not parsed.options:
            run_command("/help", self.shell, self._settings)
            return None
        return self._ask(parsed)

    def _ask(self, line: Line) -> Answer | Run:
        from ..api import start
        from .display import follow, watch

        if line.bind is not None:
            self._check_bind(line.bind)
        options = dict(line.options)
        active = start(
            line.question,
            options.pop("frames", None),
            self.shell.user_ns,
            settings=self._settings.settings(),
            result_code=line.bind or f"{_target(self.shell.user_ns)}.df",
            **options,
        )
        if line.background:
            return follow(self.shell, active, then=lambda answer: self._bind(line, answer))
        answer = watch(self.shell, active)
        self._bind(line, answer)
        return answer

    def _check_bind(self, name: str) -> None:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise OptionInvalid(f"--as {name}: that is no name for a variable.")
        if hasattr(builtins, name):
            raise OptionInvalid(
                f"--as {name}: that is a name of Python's own.", hint="Take another name."
            )
        taken = name in self.shell.user_ns
        if taken and self._bound.get(name) != id(self.shell.user_ns[name]):
            raise OptionInvalid(
                f"--as {name}: the notebook has a {name} that InsightX did not make.",
                hint="Take another name, or delete it first.",
            )

    def _bind(self, line: Line, answer: Answer) -> None:
        if line.bind is None:
            return
        self._check_bind(line.bind)
        frame = answer.df
        if frame is not None:
            self.shell.user_ns[line.bind] = frame
            self._bound[line.bind] = id(frame)


def _with_body(line: Line, cell: str) -> Line:
    """``%%insightx``: the body is the question; words after the options belong to it too."""
    question = "\n".join(part for part in (line.question, cell.strip()) if part)
    return Line(question, line.options, line.bind, line.background)


def _target(user_ns: Mapping[str, Any]) -> str:
    """The name that the running line assigns the answer to; ``_`` where it assigns to none."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_globals is not user_ns:
        frame = frame.f_back
    source = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
    try:
        statements = ast.parse(source.strip()).body
    except (SyntaxError, ValueError):
        return "_"  # one line of a statement that spans several
    match statements:
        case [ast.Assign(targets=[ast.Name(id=name)])]:
            return name
    return "_"
