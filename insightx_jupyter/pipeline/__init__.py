"""The assembly line: a question, its plan, its agents, and one outcome."""

from .line import AssemblyLine, sandbox_info
from .request import CancelledBy, Parts, RunOutcome, RunRequest

__all__ = ["AssemblyLine", "CancelledBy", "Parts", "RunOutcome", "RunRequest", "sandbox_info"]
