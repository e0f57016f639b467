"""A frame as the rest of the product sees it: columns by name, each with an identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class FrameSource(Protocol):
    """One frame as it was when it was asked about.

    Columns are converted when first needed and only then; what comes back never
    changes, whatever the user does to the frame meanwhile.
    """

    @property
    def name(self) -> str:
        """As SQL and the Python child know it."""
        ...

    @property
    def rows(self) -> int:
        """Number of rows, known without converting anything."""
        ...

    @property
    def column_names(self) -> tuple[str, ...]:
        """As SQL knows them: text, unique without regard to case."""
        ...

    def column_key(self, name: str) -> str:
        """An identity: two columns with one key hold the same values."""
        ...

    def column(self, name: str) -> pa.ChunkedArray:
        """The column as Arrow, ``rows`` long, of a type that DuckDB takes."""
        ...
