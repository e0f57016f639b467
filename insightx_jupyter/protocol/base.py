"""The one base of all protocol models."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

#: A cell as it can stand in JSON. Decimals, dates and 64-bit integers that
#: JavaScript would round travel as text.
Scalar = str | int | float | bool | None


class Frozen(BaseModel):
    """Immutable, and strict about what it is made of: unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
