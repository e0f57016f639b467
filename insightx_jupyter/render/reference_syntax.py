r"""The language of references, read into a tree.

reference  = sum [ "|" format ]
sum        = product { ("+" | "-") product }
product    = unary { ("*" | "/") unary }
unary      = [ "-" ] atom
atom       = number | "(" sum ")" | aggregate | path
aggregate  = ("sum" | "mean" | "min" | "max" | "count") "(" name "." name ")"
path       = name { "." name } [ "." "#rows" | "." "#columns" ] [ row ]
           | "dna" "." name "." name "." "count" "[" value "]"
row        = "[" position | key { "," key } "]"
value      = quoted | anything up to "]"
key        = name ("=" | "==") ( quoted | anything up to "," or "]" )
name       = identifier | quoted
"""

from __future__ import annotations

from dataclasses import dataclass

#: Longest reference, in characters, and deepest nesting: models write far less.
MAX_LENGTH = 500
MAX_DEPTH = 20
AGGREGATES = ("sum", "mean", "min", "max", "count")


class SyntaxProblem(ValueError):
    """The text is no reference; the message says why."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number written in the reference itself."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Key:
    """A column and the text that its value has to have."""

    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Path:
    """Names with dots between them, and which row: none, a position, or keys."""

    names: tuple[str, ...]
    count: str = ""  # "rows" or "columns"
    row: int | None = None
    keys: tuple[Key, ...] = ()
    value: str | None = None  # the value that dna.frame.column.count counts


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One figure of a whole column."""

    function: str
    path: Path


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions and the sign between them."""

    operator: str
    left: Expression
    right: Expression


Expression = Literal | Path | Aggregate | Binary


@dataclass(frozen=True, slots=True)
class Reference:
    """An expression and the name of its format (empty: by type)."""

    expression: Expression
    format: str = ""


def parse(text: str) -> Reference:
    """The reference between the braces.

    Raises:
        SyntaxProblem: it does not follow the grammar or is too long or too deep.
    """
    if len(text) > MAX_LENGTH:
        raise SyntaxProblem(f"a reference has at most {MAX_LENGTH} characters")
    return _Parser(text).reference()


class _Parser:
    """Recursive descent over the characters, with one cursor."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def reference(self) -> Reference:
        expression = self.sum()
        name = self.identifier("a format") if self.take("|") else ""
        if self.peek():
            raise SyntaxProblem(f"{self.text[self.at :].strip()!r} was not expected")
        return Reference(expression, name)

    def sum(self) -> Expression:
        left = self.product()
        while operator := self.take("+") or self.take("-") or self.take("\u2212"):
            left = Binary("+" if operator == "+" else "-", left, self.product())
        return left

    def product(self) -> Expression:
        left = self.unary()
        while operator := self.take("*") or self.take("/"):
            left = Binary(operator, left, self.unary())
        return left

    def unary(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise SyntaxProblem(f"it is nested more than {MAX_DEPTH} deep")
        if self.take("-") or self.take("\u2212"):
            atom: Expression = Binary("-", Literal(0), self.unary())
        else:
            atom = self.atom()
        self.depth -= 1
        return atom

    def atom(self) -> Expression:
        if self.take("("):
            inner = self.sum()
            self.expect(")")
            return inner
        if self.peek().isascii() and self.peek().isdigit():
            return self.number()
        name = self.name()
        if name in AGGREGATES and self.take("("):
            path = self.path(self.name())
            self.expect(")")
            if len(path.names) != 2 or path.row is not None or path.keys or path.count:
                raise SyntaxProblem(f"{name}(…) takes one column, such as {name}(r1.amount)")
            return Aggregate(name, path)
        return self.path(name)

    def number(self) -> Literal:
        start = self.at
        while self.at < len(self.text) and (self.text[self.at] in "0123456789._"):
            self.at += 1
        digits = self.text[start : self.at]
        try:
            return Literal(float(digits) if "." in digits else int(digits))
        except ValueError:
            raise SyntaxProblem(f"{digits} is no number") from None

    def path(self, first: str) -> Path:
        names, count = [first], ""
        while not count and self.take("."):
            if self.take("#"):
                count = self.identifier("rows or columns")
            else:
                names.append(self.name())
        if not self.take("["):
            return Path(tuple(names), count)
        if count:
            raise SyntaxProblem(f"#{count} has no rows to choose from")
        if len(names) == 4 and names[0] == "dna" and names[3] == "count":
            return self.counted(tuple(names))
        return self.row(tuple(names))

    def counted(self, names: tuple[str, ...]) -> Path:
        value = self.value("]")
        self.expect("]")
        return Path(names, value=value)

    def row(self, names: tuple[str, ...]) -> Path:
        start = self.at
        end = self.text.find("]", start)
        inside = self.text[start:end].strip()
        if end >= 0 and inside.removeprefix("-").isdecimal():
            self.at = end + 1
            return Path(names, row=int(inside))
        keys = [self.key()]
        while self.take(","):
            keys.append(self.key())
        self.expect("]")
        return Path(names, keys=tuple(keys))

    def key(self) -> Key:
        column = self.name()
        self.expect("=")
        self.take("=")
        return Key(column, self.value(",]"))

    def value(self, ends: str) -> str:
        """Quoted text, or anything up to one of ``ends``."""
        if self.peek() in ('"', "'"):
            return self.quoted()
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ends:
            self.at += 1
        return self.text[start : self.at].strip()

    def name(self) -> str:
        return self.quoted() if self.peek() in ('"', "'") else self.identifier("a name")

    def identifier(self, wanted: str) -> str:
        self.peek()
        start = self.at
        while self.at < len(self.text) and (
            self.text[self.at].isalnum() or self.text[self.at] == "_"
        ):
            self.at += 1
        if start == self.at:
            found = repr(self.text[start]) if start < len(self.text) else "its end"
            raise SyntaxProblem(f"{wanted} was expected, not {found}")
        return self.text[start : self.at]

    def quoted(self) -> str:
        """Quoted text; the quote itself is written twice or after a backslash."""
        quote = self.text[self.at]
        parts: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            char = self.text[self.at]
            following = self.text[self.at + 1 : self.at + 2]
            doubled = char == quote and following == quote
            if doubled or (char == "\\" and following in (quote, "\\") and following):
                char = following
                self.at += 1
            elif char == quote:
                self.at += 1
                return "".join(parts)
            parts.append(char)
            self.at += 1
        raise SyntaxProblem(f"a closing {quote} is missing")

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1]

    def take(self, char: str) -> str:
        if self.peek() != char:
            return ""
        self.at += 1
        return char

    def expect(self, char: str) -> None:
        if not self.take(char):
            raise SyntaxProblem(f"a {char} is missing")
