"""Profiles of frames from the figures of their columns; each column is read once."""

from __future__ import annotations

import functools
import hashlib
import os
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ...errors import InsightXError
from ...protocol.dna import ColumnProfile, DataDna, FrameProfile, Kind
from ..arrow_types import duckdb_type
from ..snapshot import FrameSnapshot, HeldColumn
from .dates import date_format
from .figures import SAMPLE_ROWS, Figures, figures
from .joins import JoinFinder
from .kinds import kind_notes, kind_of

#: Called with the columns read so far and those to read in all.
Progress = Callable[[int, int], None]
#: Below this many cells threads cost more than they save.
_CELLS_FOR_THREADS = 500_000


class ProfilingStopped(InsightXError):
    """Whoever asked for the DNA has gone."""

    code = "profiling_stopped"


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found about a column whatever it is called."""

    figures: Figures
    sql_type: str
    date_format: str | None
    notes: tuple[str, ...]


class Profiler:
    """Profiles frames and remembers each column as long as somebody holds it.

    Safe to use from any thread; two profiles at once wait for each other.
    """

    def __init__(self) -> None:
        self._facts: weakref.WeakKeyDictionary[HeldColumn, Facts] = weakref.WeakKeyDictionary()
        self._joins = JoinFinder()
        self._lock = threading.Lock()

    def dna(
        self,
        frames: Sequence[FrameSnapshot],
        progress: Progress | None = None,
        stop: threading.Event | None = None,
    ) -> DataDna:
        """The DNA of the frames; only columns that were not seen before are read.

        Raises:
            ProfilingStopped: ``stop`` was set; what was read until then is kept.
        """
        with self._lock:
            self._read(frames, progress, stop or threading.Event())
            profiles = tuple(self._frame(frame) for frame in frames)
            return DataDna(frames=profiles, joins=self._joins.find(frames, profiles))

    def _read(
        self, frames: Sequence[FrameSnapshot], progress: Progress | None, stop: threading.Event
    ) -> None:
        """Facts of all new columns, on a few threads where that pays."""
        new = {
            held: frame.rows
            for frame in frames
            for held in frame.held_columns.values()
            if held not in self._facts
        }
        many = sum(new.values()) > _CELLS_FOR_THREADS
        workers = min(4, os.cpu_count() or 1) if many else 1
        read_one = functools.partial(_facts, stop)
        with ThreadPoolExecutor(workers, "insightx-dna") as pool:
            read = pool.map(read_one, new) if many else map(read_one, new)
            for done, (held, facts) in enumerate(zip(new, read, strict=True), start=1):
                self._facts[held] = facts
                if progress is not None:
                    progress(done, len(new))

    def _frame(self, frame: FrameSnapshot) -> FrameProfile:
        columns = tuple(
            _column(frame, name, held, self._facts[held])
            for name, held in frame.held_columns.items()
        )
        return FrameProfile(
            name=frame.name,
            original=frame.original,
            library=frame.library,
            rows=frame.rows,
            columns=columns,
            sample_rows=min(frame.rows, SAMPLE_ROWS),
            fingerprint=_fingerprint(frame.rows, columns),
            notes=frame.notes,
        )


def _facts(stop: threading.Event, held: HeldColumn) -> Facts:
    if stop.is_set():
        raise ProfilingStopped("Nobody waits for the Data DNA any more.")
    converted = held.converted()
    array = converted.array
    found, counts = figures(array)
    form, note = None, None
    sql_type = duckdb_type(array.type) or str(array.type)
    if sql_type == "VARCHAR" and counts is not None:
        form, note = date_format(counts.values if counts.exact else array.drop_null())
    notes = converted.notes if note is None else (*converted.notes, note)
    return Facts(found, sql_type, form, notes)


def _column(frame: FrameSnapshot, name: str, held: HeldColumn, facts: Facts) -> ColumnProfile:
    found = facts.figures
    kind = kind_of(name, held.converted().array.type, frame.rows, found)
    if facts.date_format is not None and kind is Kind.ID:
        kind = Kind.TEXT
    return ColumnProfile(
        name=name,
        original=frame.original_label(name),
        source_type=held.source_type,
        sql_type=facts.sql_type,
        kind=kind,
        nulls=found.nulls,
        distinct=found.distinct,
        distinct_exact=found.distinct_exact,
        minimum=found.minimum,
        maximum=found.maximum,
        mean=found.mean,
        std=found.std,
        quantiles=found.quantiles,
        histogram=found.histogram,
        top=found.top,
        values=found.values,
        date_format=facts.date_format,
        notes=(*facts.notes, *kind_notes(name, kind, found)),
    )


def _fingerprint(rows: int, columns: Sequence[ColumnProfile]) -> str:
    """Of schema and exact figures: other data nearly always has another.

    Means and deviations are left out: sums of doubles may differ by the order of
    addition.
    """
    digest = hashlib.blake2b(str(rows).encode(), digest_size=12)
    for column in columns:
        exact = column.distinct if column.distinct_exact else None
        figures_of = (column.nulls, exact, column.minimum, column.maximum, column.values)
        top = tuple((v.value, v.count) for v in column.top)
        digest.update(repr((column.name, column.sql_type, figures_of, top)).encode())
    return digest.hexdigest()
