"""Words around a question that do not change it: please, could you tell me, what is the."""

from __future__ import annotations

from collections.abc import Iterator

from .grammar import Hit, Scope, native, rule


@rule(
    "intro",
    "",
    "{:courtesy}",
    "{:courtesy} [,] {:courtesy}",
    "{:courtesy} [,] {:courtesy} {:courtesy}",
)
def _intro(scope: Scope) -> str:
    return ""


@rule(
    "courtesy",
    "(please|kindly|hi|hello|hey|ok|okay|so|now|just|quickly|and|well|then|also|exactly)",
    "(could|can|would|will) you [please|kindly|quickly] [tell me|show me|help me|say|find "
    "out|check]",
    "(i|we) (want|need|would like|wish|like|wonder|am wondering) [to (know|see|find out)]",
    "(do you know|tell me|let me know|give me an idea of|i am interested in|remind me)",
    "(let us see|let us look at|let me see|take a look at|have a look at|look at|in this data)",
    "(in the data|in this dataset|in the dataset|according to the data|overall|in total|in "
    "general)",
)
def _courtesy(scope: Scope) -> str:
    return ""


@native("frame_lead")
def _frame_lead(scope: Scope, start: int) -> Iterator[Hit]:
    """``cars: how many rows?``"""
    said = scope.tokens[start].word if start == 0 and scope.tokens else ""
    after = scope.tokens[1].word if len(scope.tokens) > 1 else ""
    if said == scope.frame.name.casefold() and after in _QUESTIONS:
        yield Hit("", 1)


_QUESTIONS = frozenset(
    ["how", "what", "which", "who", "show", "list", "is", "are", "does", "average", "total"]
)


@rule("intro", "{:frame_lead}")
def _of_frame(scope: Scope) -> str:
    return ""


@rule("outro", "", "{:closing}", "[,] {:closing} [,] {:closing}", "[,] {:closing}")
def _outro(scope: Scope) -> str:
    return ""


@rule(
    "closing",
    "(please|thanks|thank you|thx|pls|overall|altogether|exactly|respectively|there|here)",
    "(in total|in all|in general|at all)",
    "(in|of|from|within|across) (the|this|my|our|these) "
    "(data|dataset|table|frame|dataframe|sample)",
    "(in|of|from|within|across) (the|this|my|our) [whole|entire|full] (data set|data frame|data)",
    "in (the|) {:entity} [data|dataset|table|frame|dataframe]",
    "(do we have|are there|is there|were there|was there|exist|exists)",
)
def _closing(scope: Scope) -> str:
    return ""


@rule(
    "ask",
    "",
    "(what|whats|which|who) (is|are|was|were|would be) [the]",
    "(what|which) [the]",
    "(show|give|tell|get|list|find|fetch|print|return|display|calculate|compute|determine|report|"
    "see|know|output|evaluate|work out|plot|draw|chart|graph|visualize|visualise|make) [me|us] "
    "[a|an] [plot|chart|graph|table|list|overview|breakdown|bar chart|line chart|summary] [of] "
    "[the]",
    "how (high|large|big|much|great|low|small) (is|are|was|were) [the]",
    "[a|an|the] (table|list|chart|plot|graph|breakdown|bar chart|overview) (of|with) [the]",
    "(is|are) there [any|a|an]",
)
def _ask(scope: Scope) -> str:
    return ""
