"""What stands on a ``%insightx`` line: leading options, then the question verbatim."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ..config import PRIVACY_BUILT, PRIVACY_LEVELS
from ..errors import OptionInvalid

USAGE = "%%insightx [options] question"
EPILOG = """\
%insightx /help lists the commands. Only leading words that begin with -- are options;
the rest of the line is the question as it stands, apostrophes and question mark included.
"""

_WORD = re.compile(r"""\s*("[^"]*"|'[^']*'|\S+)""")


@dataclass(frozen=True, slots=True)
class Line:
    """A parsed line. ``options`` holds those that were given, by the name ``ask`` takes."""

    question: str
    options: dict[str, Any] = field(default_factory=dict)
    bind: str | None = None
    background: bool = False


class _HelpRequested(Exception):
    pass


class _Parser(argparse.ArgumentParser):
    """Raises instead of ending the kernel."""

    def error(self, message: str) -> NoReturn:
        raise OptionInvalid(
            f"{message[:1].upper()}{message[1:]}.", hint="%insightx --help lists them."
        )

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise _HelpRequested

    def print_help(self, file: Any = None) -> None:
        print(self.format_help())


def _seconds(text: str) -> float:
    value = float(text.removesuffix("s"))
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError("seconds are between 0 and 86400")
    return value


def _tokens(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("a token limit is at least 1")
    return value


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def build_parser() -> argparse.ArgumentParser:
    """The options by their names; also what completion offers."""
    parser = _Parser(prog="insightx", usage=USAGE, epilog=EPILOG, allow_abbrev=False)
    add = parser.add_argument
    add("--frames", type=_names, metavar="a,b", help="only these frames")
    add("--model", metavar="NAME", help="offline, provider:model or a model name")
    add("--as", dest="bind", metavar="NAME", help="bind the result frame to this name")
    add(
        "--background",
        action="store_true",
        help="return at once; the answer comes when it is ready",
    )
    add("--plan", action="store_true", help="stop after the plan")
    add("--timeout", type=_seconds, metavar="S", help="seconds for one query or piece of code")
    add("--max-tokens", type=_tokens, metavar="N", help="at most this many tokens a reply")
    add("--privacy", choices=PRIVACY_LEVELS, help=f"so far {', '.join(PRIVACY_BUILT)} alone")
    add("--fresh", action="store_true", help="ask again, even if answered before")
    add("--approve", action="store_true", help="later: show code and wait for a yes")
    add("--lock", action="store_true", help="later: keep the answer beside the notebook")
    add("--frozen", action="store_true", help="later: never ask a model")
    add("--id", metavar="NAME", help="later: a stable name for the answer")
    add(
        "--param",
        action="append",
        metavar="NAME",
        help="later: a kernel variable",
    )
    add("--show", metavar="PARTS", help="later: which parts of the answer to show")
    return parser


def split_options(text: str, parser: argparse.ArgumentParser) -> tuple[list[str], str]:
    """The leading option words of a line, and all that follows them, untouched."""
    takes_value = {s for a in parser._actions if a.nargs != 0 for s in a.option_strings}
    words: list[str] = []
    rest = text
    while (match := _WORD.match(rest)) and match[1].startswith("--"):
        word, rest = match[1], rest[match.end() :]
        if word == "--":
            break
        words.append(word)
        if word in takes_value and (value := _WORD.match(rest)):
            words.append(value[1].strip("\"'"))
            rest = rest[value.end() :]
    return words, rest.strip()


def parse_line(text: str) -> Line | None:
    """The line in parts; None where help was asked for, which has then been printed.

    Raises:
        OptionInvalid: an unknown option, or a value that does not fit.
    """
    parser = build_parser()
    words, question = split_options(text, parser)
    try:
        values = vars(parser.parse_args(words))
    except _HelpRequested:
        return None
    bind, background = values.pop("bind"), values.pop("background")
    given = {name: value for name, value in values.items() if value not in (None, False)}
    return Line(question, given, bind, background)
