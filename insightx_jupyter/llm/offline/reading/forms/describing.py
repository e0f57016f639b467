"""What there is: the data, a frame, a column, its values, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from ...intent import Aggregate, Condition, Describe, Focus, Func, Measure, Values
from ..compose import aggregate
from ..grammar import Hit, Note, Scope, Told, native, rule
from ..lexicon import Column
from ..measures import Measured
from ..modifiers import Mods
from ..values import ValueSet
from ..words import singular


@native("frame_name")
def _frame_name(scope: Scope, start: int) -> Iterator[Hit]:
    """A frame by its name or its noun: ``the penguins data``."""
    if start >= len(scope.tokens):
        return
    words = scope.words.entity
    said = tuple(singular(t.word) for t in scope.tokens[start : start + len(words)])
    if words and said == words:
        yield Hit(scope.frame.name, start + len(words))
    if scope.tokens[start].text.casefold() == scope.frame.name.casefold():
        yield Hit(scope.frame.name, start + 1)


@rule(
    "frame",
    "{:the} [frame|table|dataset|dataframe] {name:frame_name} "
    "[data|frame|table|dataset|dataframe|df]",
)
@rule("frame", "{:the} {name:frame_name} data (set|frame)")
def _frame(scope: Scope, name: str) -> str:
    return name


@rule(
    "anything",
    "(the|this|my|our|these|that) (data|dataset|data "
    "set|frames|frame|tables|table|dataframe|dataframes)",
)
@rule("anything", "(here|data|everything|dataset|all frames|all the data|the whole data)")
def _anything(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "what (is|are) [there|contained] in {:anything}",
    "what (is|are) {:anything} [about]",
    "what (do i|do we|can i) have [in {:anything}]",
    "(describe|summarize|summarise|explain|overview of|summary of|about|profile) {:anything}",
    "what does {:anything} (contain|hold|have|look like|describe)",
    "[an|a|give me an|give me a|show me an|show an] (overview|summary) [of {:anything}]",
    "(tell|show) me about {:anything}",
    "(which|what) (data|frames|tables|dataframes) (are there|is there|do i have|do we have|are "
    "available|exist|)",
    "what kind of data (is|are) (this|there|here)",
)
def _all(scope: Scope) -> Describe:
    return Describe()


@rule(
    "form",
    "(describe|summarize|summarise|overview of|summary of|about|profile|explore) {name:frame}",
    "what (is|are) [there|contained] in {name:frame}",
    "what does {name:frame} (contain|hold|have|look like|describe)",
    "(tell|show) me [something|more] about {name:frame}",
    "what is {name:frame} [about]",
    "[an|a|give me an|give me a|show me a] (overview|summary) of {name:frame}",
    "[show|show me] {name:frame} (overview|summary)",
    "what do we know about {name:frame}",
)
def _one(scope: Scope, name: str) -> Describe:
    return Describe(name)


@rule("columns_word", "(columns|fields|variables|features|column names|column|attributes)")
def _columns_word(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "[what|which|list|show|show me|list the|what are the|what are all the|show the|list all|how "
    "many|"
    "number of|how many different|names of the|print|tell me the] {:columns_word} [are "
    "there|there are] "
    "(in|of|does|do|has|have|for|are in|exist in) {name:frame} [have|has|contain]",
    "what are the {:columns_word} (of|in) {name:frame}",
    "[show|list|what are] {name:frame} {:columns_word}",
)
def _columns(scope: Scope, name: str) -> Describe:
    return Describe(name, focus=Focus.COLUMNS)


@rule(
    "form",
    "(what|which|list|show|show me|list the|list all|what are the|show the|how many|number "
    "of|show all) "
    "{:columns_word} [are there|are available|do we have|do i have|exist|is there|does "
    "{:anything} have] "
    "[in {:anything}]",
)
def _all_columns(scope: Scope) -> Describe:
    return Describe(scope.frame.name, focus=Focus.COLUMNS)


@rule(
    "missing_word",
    "(missing values|nulls|missing data|null values|gaps|nans|missings|empty values|na "
    "values|missing entries|missing)",
)
def _missing_word(scope: Scope) -> str:
    return ""


@rule(
    "missing_ask",
    "[are there|is there|how many|show|show me|list|count|number of|where are|what is|check "
    "for|any] [any|the|some]",
)
def _missing_ask(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "{:missing_ask} {:missing_word} [are there] (in|for|of) {name:frame}",
    "(does|do) {name:frame} (have|contain) [any] {:missing_word}",
    "how many values (are|is) missing (in|from|of) {name:frame}",
    "(which|what) {:columns_word} (of|in) {name:frame} (have|has|contain|with|are) [any] "
    "{:missing_word}",
)
def _missing(scope: Scope, name: str) -> Describe:
    return Describe(name, focus=Focus.MISSING)


@rule(
    "form",
    "{:missing_ask} {:missing_word} [are there] [in {:anything}] [(per|by|in each|for each) "
    "column]",
    "(does|do) {:anything} (have|contain) [any] {:missing_word}",
    "how many values (are|is) missing [in {:anything}]",
    "(which|what) {:columns_word} (have|has|contain|with|are|is) [any|the most] {:missing_word}",
)
def _missing_here(scope: Scope) -> Describe:
    return Describe(scope.frame.name, focus=Focus.MISSING)


@rule(
    "form",
    "[describe|summarize|summarise|about|profile|what is|show|what is in|tell me about|show me] "
    "(the|) (column|variable|field) {column}",
    "(describe|summarize|summarise|tell me about|profile|about) {:the} {column}",
    "what (does|do) [the] [column|variable|field] {column} (hold|contain|mean|have|look "
    "like|show|store)",
    "what (is|are) (in|contained in) [the] [column|variable|field] {column}",
    "what (is|are) {:the} {column} column [about]",
    "what is {:the} {column}",
    "[a|show|give|give me] (overview|summary|summary statistics|statistics|stats) (of|for|on) "
    "{:the} {column}",
)
def _column(scope: Scope, column: Column) -> Describe | None:
    return None if column.joined else Describe(scope.frame.name, column.col.column)


@rule(
    "form",
    "{:missing_ask} {:missing_word} (in|for|of) {:the} [column] {column}",
    "(does|do|is|are) {:the} {column} (have|contain|missing) [any] {:missing_word}",
)
def _column_missing(scope: Scope, column: Column) -> Aggregate | None:
    if column.joined:
        return None
    return aggregate(scope, Measured((Measure(Func.NULLS, column.col),)), Mods())


@rule(
    "form",
    "(what|which) (values|value|categories|levels|kinds of|types of|different values) "
    "(does|do|are in|of|in|has|can) "
    "{:the} [column] {column} [have|take|contain|hold|has]",
    "(what|which) (kinds|types|sorts) of {column} (are there|is there|exist|do we have|occur) "
    "{mods}",
    "(what|which) [different|unique|distinct|kinds of|types of] {column} (are there|is "
    "there|exist|do we have|occur|appear) {mods}",
    "(list|show|show me|list all|show all|list of|name|give me) [the|all|all the] "
    "[different|unique|distinct|possible|] "
    "[values of|kinds of|types of] [the] {column} [values] {mods}",
    "[the] (unique|distinct|different|possible) [values (of|in|for)] [the] {column} [values] "
    "{mods}",
    "[the] values (of|in) [the] [column] {column}",
    "(what|which) are the [different|unique|distinct|possible] [values (of|in|for)] [the] "
    "{column} {mods}",
    "[show|what are|show me] [the] (value counts|frequencies|frequency|frequency "
    "table|counts|value count) (of|for|by) [the] {column} {mods}",
    "{column} (value counts|frequencies|counts)",
    "(what|which) {column} (are|is) in {:anything}",
)
def _values(scope: Scope, column: Column, mods: Mods | None = None) -> Told | None:
    whole = mods or Mods()
    if whole.groups or whole.limit or column.joined or column.temporal:
        return None
    if _too_many(column):
        scope.refuse(f"{column.label} is a measured number; ask for its distribution")
        return None
    said = Note(column.label, "its values with their counts", tell=False)
    return Told(Values(column.col, whole.condition), (said,), 0)


@rule(
    "form",
    "(which|what) {column} {part:filter}",
    "(which|what) {column} (does|do|did) {part:doer} {:verb} [to|from|in|at]",
)
def _which_values(scope: Scope, column: Column, part: Condition) -> Values | None:
    if column.joined or column.temporal or _too_many(column) or column.numeric:
        return None
    return Values(column.col, part)


@rule("doer", "{:the} {values:named_set}")
def _doer(scope: Scope, values: ValueSet) -> Condition:
    return values.condition


def _too_many(column: Column) -> bool:
    return column.profile.kind.value == "number" and (column.profile.distinct or 0) > 50
