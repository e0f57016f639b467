"""ipykernel as the child runs it: no TCP port, no history, plain text only, capped."""

from __future__ import annotations

import sys
from typing import Any

from ipykernel import kernelapp
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.formatters import DisplayFormatter

from .workbench import Workbench

#: The only forms in which a value is shown.
SHOWN = frozenset({"text/plain", "image/png"})
MAX_SHOWN_TEXT = 100_000


class Compiler(XCachingCompiler):  # type: ignore[misc]  # ipykernel is not typed for us
    """Names each piece of code in a way that says nothing of where it runs."""

    #: Of the piece that runs now: the first that was named since this was emptied.
    current_name = ""
    _count = 0

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """A name of its own for each piece, so that its lines are found."""
        self._count += 1
        name = f"<code {self._count}>"
        self.current_name = self.current_name or name
        return name


class PlainFormatter(DisplayFormatter):  # type: ignore[misc]
    """Shows values as text and pictures; HTML and the like are not even made."""

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> Any:
        """As the base class, with the text cut. Parts of a chart show in the chart."""
        if _is_drawing(obj):
            return {}, {}
        data, metadata = super().format(obj, include=SHOWN, exclude=exclude)
        text = data.get("text/plain")
        if isinstance(text, str) and len(text) > MAX_SHOWN_TEXT:
            data["text/plain"] = text[:MAX_SHOWN_TEXT] + "…"
        return data, metadata


def _is_drawing(obj: Any) -> bool:
    if isinstance(obj, list | tuple) and obj:
        return _is_drawing(obj[0])
    return type(obj).__module__.partition(".")[0] in ("matplotlib", "seaborn")


def _nothing(line: str) -> None:
    """A magic that does nothing."""


class Shell(ZMQInteractiveShell):  # type: ignore[misc]
    """The shell that code runs in."""

    def init_instance_attrs(self) -> None:
        """With our compiler, which older kernels do not let one choose."""
        super().init_instance_attrs()
        self.compile = Compiler()

    def init_display_formatter(self) -> None:
        """Plain."""
        self.display_formatter = PlainFormatter(parent=self)
        self.configurables.append(self.display_formatter)

    def init_user_ns(self) -> None:
        """With Python's ``exit``: IPython's would end the kernel instead of the code."""
        super().init_user_ns()
        for name in ("exit", "quit"):
            self.user_ns[name] = self.user_ns_hidden[name] = sys.exit

    def init_magics(self) -> None:
        """Without a choice of backend: figures are collected, not shown."""
        super().init_magics()
        for name in ("matplotlib", "pylab"):
            self.register_magic_function(_nothing, "line", name)


class Kernel(IPythonKernel):  # type: ignore[misc]
    """Runs each request between two steps at the workbench."""

    shell_class = Shell
    workbench: Workbench | None = None

    async def do_execute(self, code: str, silent: bool, *args: Any, **kwargs: Any) -> Any:
        """Bind frames, run, hand over."""
        if self.workbench is None:
            return await super().do_execute(code, silent, *args, **kwargs)
        self.workbench.begin()
        try:
            return await super().do_execute(code, silent, *args, **kwargs)
        finally:
            self.workbench.finish(code)


class App(kernelapp.IPKernelApp):  # type: ignore[misc]
    """The kernel's application."""

    kernel_class = Kernel

    def init_iopub(self, context: Any) -> None:
        """Without the pipe for forked children: it is a TCP port on this machine."""
        original = kernelapp.IOPubThread
        kernelapp.IOPubThread = lambda socket, pipe, **kwargs: original(socket, **kwargs)
        try:
            super().init_iopub(context)
        finally:
            kernelapp.IOPubThread = original


def build_app(connection_file: str) -> Any:
    """An application that is ready to be started."""
    app = App.instance(connection_file=connection_file, log_level=50)
    app.outstream_class = f"{__package__}.output.CappedStream"
    app.config.HistoryManager.enabled = False
    app.config.InteractiveShell.xmode = "Minimal"
    app.config.InteractiveShell.colors = "NoColor"
    app.initialize([])
    return app
