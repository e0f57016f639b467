"""What a tool is: a description, a schema, and one awaitable."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import ToolMisused
from ..llm.base import ToolSpec
from ..protocol.results import PythonResult, SqlResult

#: Longest text of arguments that is looked at, characters.
_ARGUMENT_CHARS = 256 * 1024


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What a call gave.

    ``text`` goes to the model. ``final``: the agent has what it was started for.
    """

    text: str
    final: bool = False
    payload: SqlResult | PythonResult | None = None


class Tool(Protocol):
    """Something that an agent may call."""

    @property
    def spec(self) -> ToolSpec:
        """What the model is told of it."""
        ...

    async def run(self, arguments: Mapping[str, Any]) -> ToolOutcome:
        """Do it.

        Raises:
            ModelMayCorrect: with a text that tells the model what to do better.
        """
        ...


class Arguments(BaseModel):
    """Base of a tool's arguments: what it does not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


A = TypeVar("A", bound=Arguments)


def spec_of(name: str, arguments: type[Arguments]) -> ToolSpec:
    """The tool's spec: its description from ``descriptions/<name>.md``, its schema kept short."""
    return ToolSpec(name, _description(name), _short(arguments.model_json_schema()))


def read_arguments(text: str) -> dict[str, Any]:
    """The object that a model wrote as a call's arguments; nothing at all counts as ``{}``.

    Raises:
        ToolMisused: it is not one JSON object.
    """
    if len(text) > _ARGUMENT_CHARS:
        raise ToolMisused(f"The arguments are longer than {_ARGUMENT_CHARS} characters.")
    if not text.strip():
        return {}
    try:
        # Not strict: models leave line breaks in strings as they are.
        found = json.loads(text, strict=False)
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ToolMisused("The arguments hold half a character (a lone surrogate).") from error
    except (ValueError, RecursionError) as error:
        raise ToolMisused(f"The arguments are not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise ToolMisused("The arguments must be one JSON object.")
    return found


def check_arguments(model: type[A], arguments: Mapping[str, Any]) -> A:
    """The arguments as the tool wants them; null counts as left out.

    Raises:
        ToolMisused: they do not fit; the text names each misfit.
    """
    given = {k: v for k, v in arguments.items() if v is not None}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        known = tuple(model.model_fields)
        misfits = "; ".join(_misfit(e, known) for e in error.errors())
        raise ToolMisused(f"Arguments do not fit: {misfits}.") from error


def closest(name: str, known: Iterable[str]) -> str:
    """`` Did you mean x?`` where one known name is near, else an empty text."""
    near = difflib.get_close_matches(name[:100], list(known), n=1, cutoff=0.5)
    return f" Did you mean {near[0]}?" if near else ""


def _misfit(error: Any, known: tuple[str, ...]) -> str:
    name = ".".join(str(part)[:60] for part in error["loc"])
    match error["type"]:
        case "missing":
            return f"{name} is missing"
        case "extra_forbidden":
            return f"there is no argument {name} (known: {', '.join(known)})"
        case _:
            return f"{name}: {error['msg'][:120]}"


@cache
def _description(name: str) -> str:
    file = resources.files(__package__) / "descriptions" / f"{name}.md"
    return " ".join(file.read_text(encoding="utf-8").split())


def _short(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A pydantic schema without what no model needs: titles, nulls, bounds of the base."""
    properties = {name: _property(p) for name, p in schema.get("properties", {}).items()}
    short: dict[str, Any] = {"type": "object", "properties": properties}
    if required := schema.get("required"):
        short["required"] = required
    return short


def _property(schema: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in schema.items() if k in ("type", "items", "default")}
    if not kept.get("default", True):
        del kept["default"]
    return kept
