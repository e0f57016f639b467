"""``%insightx`` and ``%%insightx``: registered on load, taken back on unload."""

from __future__ import annotations

from typing import Any

from .completion import Completer
from .keep_question import keep_question
from .question import InsightXMagics
from .settings import InsightX, settings_of

_loaded: dict[int, Completer] = {}


def load(shell: Any) -> None:
    """Add magics, question keeper, completion and ``%config InsightX``; again does nothing."""
    if id(shell) in _loaded:
        return
    settings = settings_of(shell)
    magics = InsightXMagics(shell, settings)
    shell.register_magics(magics)
    shell.input_transformers_cleanup.append(keep_question)
    completer = Completer(shell)
    completer.attach()
    if settings not in shell.configurables:
        shell.configurables.append(settings)
    _loaded[id(shell)] = completer
    _mind_this_cell(shell)


def unload(shell: Any) -> None:
    """Take back exactly what ``load`` added, and end the session's processes."""
    completer = _loaded.pop(id(shell), None)
    if completer is None:
        return
    completer.detach()
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("insightx", None)
    shell.magics_manager.registry.pop(InsightXMagics.__name__, None)
    shell.input_transformers_cleanup.remove(keep_question)
    ours = (InsightX, InsightXMagics)  # IPython registers magics as configurables too
    shell.configurables[:] = [c for c in shell.configurables if not isinstance(c, ours)]
    InsightX.clear_instance()
    _close_session()


def _mind_this_cell(shell: Any) -> None:
    """A question beside ``%load_ext`` was read before its ``?`` could be kept."""
    get_parent = getattr(shell, "get_parent", None)
    code = (get_parent() or {}).get("content", {}).get("code", "") if get_parent else ""
    lines = code.splitlines(keepends=True)
    lost = [line for line in lines if line.rstrip().endswith("?") and line in lines]
    if keep_question(lost) != lost:
        print(
            "InsightX is loaded. IPython took the question in this cell for a call for help: "
            "run it in a cell of its own."
        )


def _close_session() -> None:
    import sys

    session = sys.modules.get("insightx_jupyter.session")
    if session is not None:
        session.close_default_session()
