"""The assembly line: a question, its plan, its agents, and one outcome."""

from .line import AssemblyLine, CancelledBy, Parts, RunOutcome, RunRequest, sandbox_info

__all__ = ["AssemblyLine", "CancelledBy", "Parts", "RunOutcome", "RunRequest", "sandbox_info"]
