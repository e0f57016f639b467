"""Questions that data alone does not answer: causes, the future, opinions."""

from __future__ import annotations

from .tokens import Token

_CAUSES = {"why", "cause", "causes", "caused", "reason", "reasons", "because", "affect", "affects",
           "impact", "influence", "influences", "explain"}  # fmt: skip
_FUTURE = {"forecast", "tomorrow", "will", "future", "next", "forecasting", "extrapolate"}
_OPINIONS = {"should", "best", "better", "worst", "good", "bad", "recommend", "important",
             "interesting", "nice", "opinion", "advise"}  # fmt: skip
_LEANING = {"those", "these", "them", "that", "they", "it", "same", "ones"}


def refused(tokens: tuple[Token, ...], *, leaning: bool = False) -> str | None:
    """Why a question of this kind is not answered; None if it is not of that kind."""
    for token in tokens:
        if token.word in _CAUSES:
            return (
                f"“{token.text}” asks for causes; the figures alone do not show them."
                " Ask whether two columns are related, or how groups differ."
            )
        if token.word in _FUTURE:
            return (
                f"“{token.text}” asks about the future; the built-in analyst does not forecast."
                " Ask how a column changed so far."
            )
        if token.word in _OPINIONS:
            return (
                f"“{token.text}” asks for a judgement. Say what is to be measured:"
                " the highest average, the smallest share."
            )
    words = {token.word for token in tokens}
    if leaning and len(tokens) <= 8 and words & _LEANING:
        said = sorted(words & _LEANING)[0]
        return f"“{said}” points at an earlier question. Ask the whole question again."
    return None
