"""Everything that can go wrong, by who acts next.

InsightXError
├── ModelMayCorrect            goes back to the agent with its text, three tries
│   ├── QueryRefused           the gate turned the SQL away before it ran
│   ├── QueryFailed            DuckDB refused or failed it
│   ├── CodeFailed             the Python raised, ran too long or printed without end
│   ├── ToolMisused            unknown tool, arguments that do not fit
│   └── ReferenceUnresolved    a {{…}} in an answer that names no cell
├── UserMustAct                ends the run; the hint says what to do
│   ├── QuestionEmpty
│   ├── NoFrames
│   ├── FrameUnknown
│   ├── OptionInvalid          a wrong option, or one whose part is not built yet
│   ├── QuestionNotRead        the offline analyst could not read the question
│   ├── ModelNotConfigured     no key, unknown model
│   ├── ModelUnavailable       the provider refused, failed or fell silent
│   ├── PythonNotAllowed       the plan needs Python that may not run here
│   └── RunCancelled           somebody pressed Stop
├── RunFailed                  the tries are spent; holds what was found so far
└── OurFault                   a defect, or a child process that died
    └── WorkerDied
"""

from __future__ import annotations


class InsightXError(Exception):
    """Base of all errors of this package.

    ``str(error)`` is one sentence that says what happened. ``hint`` is one that
    says what to do. Neither ever holds a key, a path or a traceback.
    """

    code = "error"
    retryable = False
    #: What the run had found before it ended so (an ``Answer``); None before a run.
    answer: object | None = None
    #: The hint has been shown where the user looks; do not say it again.
    told = False

    def __init__(self, message: str, *, hint: str = "", retryable: bool | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if retryable is not None:
            self.retryable = retryable

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the sentence and the hint, no frames of ours."""
        hint = [self.hint] if self.hint and not self.told else []
        return [f"{type(self).__name__}: {self.message}", *hint]


class ModelMayCorrect(InsightXError):
    """The agent that caused it gets the text back and may try again."""

    retryable = True
    #: It was stopped at the user's own time limit, which the user can raise.
    timed_out = False

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        retryable: bool | None = None,
        timed_out: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, retryable=retryable)
        self.timed_out = timed_out


class QueryRefused(ModelMayCorrect):
    """The SQL was turned away before it ran: not one read-only query over known frames."""

    code = "query_refused"


class QueryFailed(ModelMayCorrect):
    """DuckDB could not bind or run the SQL, or it ran into a limit."""

    code = "query_failed"


class CodeFailed(ModelMayCorrect):
    """The Python raised, ran out of time or memory, or gave nothing that can be handed back."""

    code = "code_failed"


class ToolMisused(ModelMayCorrect):
    """A tool that does not exist, or arguments that do not fit it."""

    code = "tool_misused"


class ReferenceUnresolved(ModelMayCorrect):
    """A reference in an answer names no result, column or row."""

    code = "reference_unresolved"


class UserMustAct(InsightXError):
    """The run cannot go on before the user has done something."""


class QuestionEmpty(UserMustAct):
    """There is no question."""

    code = "question_empty"


class NoFrames(UserMustAct):
    """There is no frame to ask about."""

    code = "no_frames"


class FrameUnknown(UserMustAct):
    """A frame was named that the notebook does not hold."""

    code = "frame_unknown"


class OptionInvalid(UserMustAct):
    """An option is unknown, has a wrong value, or belongs to a part that is not built yet."""

    code = "option_invalid"


class QuestionNotRead(UserMustAct):
    """The offline analyst does not read this question; it never guesses."""

    code = "question_not_read"


class ModelNotConfigured(UserMustAct):
    """The named model cannot be asked with what is configured."""

    code = "model_not_configured"


class ModelUnavailable(UserMustAct):
    """The provider refused the request, failed, or fell silent."""

    code = "model_unavailable"
    retryable = True


class PythonNotAllowed(UserMustAct):
    """The model's Python may not run on this machine as it is set up."""

    code = "python_not_allowed"


class RunCancelled(UserMustAct):
    """The run was stopped by the user."""

    code = "cancelled"


class RunFailed(InsightXError):
    """The agent's tries are spent. What had been found is kept with the answer so far."""

    code = "run_failed"


class OurFault(InsightXError):
    """A defect in this package or in a process that it started."""

    code = "internal"


class WorkerDied(OurFault):
    """A worker process ended without an answer; a new one is started for the next call."""

    code = "worker_died"
    retryable = True
