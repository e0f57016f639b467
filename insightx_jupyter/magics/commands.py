"""``%insightx /command``: what can be said beside questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import OptionInvalid

if TYPE_CHECKING:
    from ..session import Session
    from .settings import InsightX

#: Each command with what it does; those marked "later" say so when called.
COMMANDS: Mapping[str, str] = {
    "/help": "this list and the options",
    "/dna": "what is known of the frames; /dna NAME for one of them",
    "/status": "model, sandbox, privacy, and counts and times so far",
    "/keys": "the keys that would be used, by fingerprint",
    "/history": "the questions of this session",
    "/context": "the insights that were kept",
    "/clear": "forget this session's questions and insights",
    "/sent": "later: each request to a model, byte for byte",
    "/replay": "later: run a recorded answer again",
    "/export": "later: an answer as plain code",
}


def run_command(line: str, shell: Any, settings: InsightX) -> None:
    """Carry out a command and print what it says.

    Raises:
        OptionInvalid: no such command, or one whose part is not built yet.
    """
    name, _, argument = line.partition(" ")
    action = _ACTIONS.get(name)
    if action is not None:
        action(argument.strip(), shell, settings)
    elif name in COMMANDS:
        what = COMMANDS[name].removeprefix("later: ")
        raise OptionInvalid(f"{name} is not built yet. It will show {what}.")
    else:
        raise OptionInvalid(f"No command {name}.", hint="%insightx /help lists them.")


def _help(argument: str, shell: Any, settings: InsightX) -> None:
    from .options import build_parser

    build_parser().print_help()
    print("commands:")
    for name, what in COMMANDS.items():
        print(f"  {name:10} {what}")


def _dna(argument: str, shell: Any, settings: InsightX) -> None:
    from ..data.digest import detail, digest

    session = _session()
    view = session.view([argument] if argument else None, shell.user_ns)
    dna = session.dna(view)
    print(detail(dna, frame=dna.frames[0].name) if argument else digest(dna))


def _status(argument: str, shell: Any, settings: InsightX) -> None:
    from .status import status_text

    print(status_text(_session(), settings.settings()))


def _keys(argument: str, shell: Any, settings: InsightX) -> None:
    from .status import keys_text

    print(keys_text())


def _history(argument: str, shell: Any, settings: InsightX) -> None:
    turns = _session().history
    if not turns:
        print("No question was answered in this session yet.")
    for number, turn in enumerate(turns, 1):
        first = (turn.answer.strip().splitlines() or [""])[0]
        print(f"{number:3}  {turn.question}\n     {first[:200]}")


def _context(argument: str, shell: Any, settings: InsightX) -> None:
    insights = _session().kept_insights()
    if not insights:
        print("No insight was kept in this session yet.")
    for number, insight in enumerate(insights, 1):
        print(f"{number:3}  {insight.text}")


def _clear(argument: str, shell: Any, settings: InsightX) -> None:
    _session().clear()
    print("This session's questions and insights are forgotten. Frames and answers stay.")


def _session() -> Session:
    from ..session import default_session

    return default_session()


_ACTIONS: Mapping[str, Callable[[str, Any, InsightX], None]] = {
    "/help": _help,
    "/dna": _dna,
    "/status": _status,
    "/keys": _keys,
    "/history": _history,
    "/context": _context,
    "/clear": _clear,
}
