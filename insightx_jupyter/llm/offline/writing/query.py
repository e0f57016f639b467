"""A SELECT in parts, and its text with one clause a line."""

from __future__ import annotations

from dataclasses import dataclass, field

from .identifiers import name_sql


@dataclass(slots=True)
class Query:
    """Clauses as SQL text; ``columns`` pairs an expression with its alias (None: none)."""

    columns: list[tuple[str, str | None]] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    having: list[str] = field(default_factory=list)
    qualify: str = ""
    order: list[str] = field(default_factory=list)
    limit: int | None = None
    #: Named queries before it (WITH).
    before: list[tuple[str, str]] = field(default_factory=list)

    def text(self) -> str:
        """The query, without a semicolon."""
        lines = [*self._with(), "SELECT", indented(",\n".join(map(_column, self.columns)))]
        lines += ["FROM " + "\n".join(self.source)]
        lines += _joined("WHERE", self.where)
        if self.group:
            lines.append("GROUP BY " + ", ".join(self.group))
        lines += _joined("HAVING", self.having)
        if self.qualify:
            lines.append("QUALIFY " + self.qualify)
        if self.order:
            lines.append("ORDER BY " + ", ".join(self.order))
        if self.limit is not None:
            lines.append(f"LIMIT {int(self.limit)}")
        return "\n".join(lines)

    def _with(self) -> list[str]:
        if not self.before:
            return []
        named = [f"{name_sql(n)} AS (\n{indented(q)}\n)" for n, q in self.before]
        return ["WITH " + ", ".join(named)]


def scalar(expression: str, source: list[str], where: list[str]) -> str:
    """A subquery that gives one value."""
    lines = [f"SELECT {expression}", "FROM " + "\n".join(source), *_joined("WHERE", where)]
    return "(\n" + indented("\n".join(lines)) + "\n)"


def indented(sql: str) -> str:
    """The text with its lines moved in, but for ends of lines inside names and texts."""
    parts, quote = ["  "], ""
    for char in sql:
        if char in "\"'" and quote in ("", char):
            # A doubled quote closes and opens again, which comes to the same.
            quote = "" if quote else char
        parts.append("\n  " if char == "\n" and not quote else char)
    return "".join(parts)


def _column(column: tuple[str, str | None]) -> str:
    expression, alias = column
    if alias is None or name_sql(alias) == expression:
        return expression
    return f"{expression} AS {name_sql(alias)}"


def _joined(keyword: str, parts: list[str]) -> list[str]:
    return [f"{keyword} " + "\n  AND ".join(parts)] if parts else []
