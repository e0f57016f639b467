"""Which road a question takes through the assembly line."""

from __future__ import annotations

from enum import StrEnum

from .base import Frozen


class AgentName(StrEnum):
    """The agents by the names that events, badges and logs use."""

    ORCHESTRATOR = "orchestrator"
    SQL = "sql"
    PYTHON = "python"
    COMPOSER = "composer"
    EXPLAINER = "explainer"


class Classification(StrEnum):
    """The four roads."""

    SQL_ONLY = "SQL_ONLY"
    PY_ONLY = "PY_ONLY"
    SQL_THEN_PY = "SQL_THEN_PY"
    EXPLAIN_ONLY = "EXPLAIN_ONLY"

    @property
    def agents(self) -> tuple[AgentName, ...]:
        """The agents that follow the orchestrator, in order."""
        return _ROADS[self]

    @property
    def words(self) -> str:
        """The road in words, as the header of an answer shows it."""
        return _WORDS[self]


_ROADS = {
    Classification.SQL_ONLY: (AgentName.SQL, AgentName.COMPOSER),
    Classification.PY_ONLY: (AgentName.PYTHON, AgentName.COMPOSER),
    Classification.SQL_THEN_PY: (AgentName.SQL, AgentName.PYTHON, AgentName.COMPOSER),
    Classification.EXPLAIN_ONLY: (AgentName.EXPLAINER,),
}
_WORDS = {
    Classification.SQL_ONLY: "SQL",
    Classification.PY_ONLY: "Python",
    Classification.SQL_THEN_PY: "SQL, then Python",
    Classification.EXPLAIN_ONLY: "Explained",
}


class Plan(Frozen):
    """The orchestrator's decision. Where its agents disagree with the class, the class wins."""

    classification: Classification
    reasoning: str = ""
    columns_needed: tuple[str, ...] = ()

    @property
    def agents(self) -> tuple[AgentName, ...]:
        """The agents that follow, in order."""
        return self.classification.agents
