"""The short phrases that every form of the record shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ..protocol.answer import FilledText, NumberStatus, NumberTrace
from ..protocol.record import ModelInfo, Record
from ..protocol.results import FrameRead, TableSlice
from .escape import one_line
from .inline import unescape

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_PROVIDERS = {
    "bytez": "Bytez",
    "openai": "OpenAI",
    "openrouter": "OpenRouter",
    "ollama": "Ollama",
    "custom": "own server",
}
MISSING = (NumberStatus.NOT_FOUND, NumberStatus.BAD_REFERENCE)
OFFLINE = "Offline analyst, no model"
BY_OFFLINE = (
    "Answered by the built-in analyst, without a language model. It counts, ranks, compares "
    "and tests; it does not reason about a question as a model does."
)
UNISOLATED = ("Code of this run had your own rights.", "It ran outside any sandbox.")


def seconds(value: float) -> str:
    """``65 ms`` below a tenth of a second, ``10.9 s`` below a minute, then ``2 min 5 s``."""
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    if value < 59.95:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def plural(count: int, noun: str) -> str:
    """``1 row``, ``1,600 rows``."""
    many = {"query": "queries"}.get(noun, f"{noun}s")
    return f"{count:,} {noun if count == 1 else many}"


def moment(timestamp: float) -> str:
    """``22 Nov 2026, 15:40`` in local time."""
    when = datetime.fromtimestamp(timestamp, UTC).astimezone()
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M}"


def model(info: ModelInfo) -> str:
    """``gpt-4o-mini via Bytez``, or that no model took part."""
    if info.offline:
        return OFFLINE
    short = one_line(info.name.rsplit("/", 1)[-1], 60)
    return f"{short} via {provider(info)}" if info.provider else short


def provider(info: ModelInfo) -> str:
    """The provider as it writes itself."""
    return one_line(_PROVIDERS.get(info.provider, info.provider), 40)


def has_digits(text: str) -> bool:
    """Whether it is a number or holds one."""
    return any(char.isdigit() for char in text)


def counted(answer: FilledText) -> list[NumberTrace]:
    """What counts as a number: names that were filled in do not, what is missing does."""
    return [n for n in answer.numbers if n.status in MISSING or has_digits(n.text)]


def verdict(answer: FilledText) -> tuple[bool, str]:
    """Whether all numbers have a source, and that in words; empty without numbers."""
    missing, total = len(answer.not_found), len(counted(answer))
    if missing:
        return False, f"{missing:,} of {plural(total, 'number')} not found in the results"
    if total == 1:
        return True, "The one number traced"
    return True, f"All {total:,} numbers traced" if total else ""


def missing_notes(answer: FilledText) -> list[tuple[str, str]]:
    """What to know of the numbers that have no source: each a bold part and the rest."""
    bare = _shown(answer, NumberStatus.NOT_FOUND)
    marked = _shown(answer, NumberStatus.BAD_REFERENCE)
    notes = []
    if bare:
        verb, it = ("is", "it") if len(bare) == 1 else ("are", "them")
        notes.append(
            (
                f"{listed(bare)} {verb} in no result of this run.",
                f"The model may have {it} from memory. "
                f"Check {it} before you use {it}, or ask without {it}.",
            )
        )
    if marked:
        names = "names" if len(marked) == 1 else "name"
        notes.append((f"{listed(marked)} {names} no value.", "Nothing was filled in there."))
    return notes


def _shown(answer: FilledText, status: NumberStatus) -> list[str]:
    texts = (unescape(n.text).strip() for n in answer.numbers if n.status is status)
    return list(dict.fromkeys(texts))


def listed(names: Sequence[str], most: int = 5) -> str:
    """``a``, ``a and b``, ``a, b and c``; beyond ``most`` a count."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    head, last = names[:-1], names[-1]
    return f"{', '.join(head)} and {last}" if head else last


def reads(frames: Sequence[FrameRead]) -> str:
    """``read flights (carrier, arr_delay), airlines (name)``; empty for none."""
    if not frames:
        return ""
    return "read " + ", ".join(_read(frame) for frame in frames[:8])


def _read(frame: FrameRead) -> str:
    shown = [one_line(c, 40) for c in frame.columns[:8]]
    more = ["…"] if len(frame.columns) > len(shown) else []
    columns = f" ({', '.join([*shown, *more])})" if shown else ""
    return f"{one_line(frame.frame, 60)}{columns}"


def shape(table: TableSlice) -> str:
    """``16 rows × 5 columns``."""
    return f"{plural(table.total_rows, 'row')} × {plural(table.total_columns, 'column')}"


def unisolated(record: Record) -> bool:
    """Whether code of this run had the user's own rights."""
    return any(result.unisolated for result in record.python)


def facts(record: Record) -> list[str]:
    """The facts of the header: road, model, sandbox where it is not strong, time."""
    road = [record.plan.classification.words] if record.plan else []
    box = []
    if record.sandbox.level == "unisolated":
        box = ["Unisolated"]  # for as long as it is allowed, whether code ran or not
    elif record.sandbox.level == "standard":
        box = ["Sandbox: standard"]
    return [
        *road,
        model(record.model),
        *box,
        f"{moment(record.asked_at)} · {seconds(record.seconds)}",
    ]


def outcome(record: Record) -> tuple[str, str] | None:
    """Why there is no answer, as a bold part and the rest; None where there is one."""
    if record.status == "answered":
        return None
    failure = record.failure
    hint = one_line(failure.hint, 1_000) if failure else ""
    kept = _kept(record)
    if record.status == "cancelled":
        title = one_line(failure.message, 1_000) if failure else "Stopped."
        return title, " ".join(part for part in ("No answer was written.", hint, kept) if part)
    title, rest = _first_sentence(failure.message if failure else "The run failed.")
    return title, " ".join(part for part in (rest, hint, kept) if part)


def _first_sentence(text: str) -> tuple[str, str]:
    line = one_line(text, 2_000)
    first, dot, rest = line.partition(". ")
    return (f"{first}.", rest) if dot else (line, "")


def _kept(record: Record) -> str:
    if record.result is None:
        return ""
    table = record.result.table
    size = f"{table.total_rows:,} × {table.total_columns:,}"
    return f"What was found is kept with the error: error.answer.df, {size}."
