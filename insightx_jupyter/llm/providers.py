"""Providers by name: where they are, what their keys are called, how they want requests."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from .wire import TokensField


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of a provider before it is asked.

    ``base_url`` is None where each customer has an own one. ``default_model`` is
    what the provider's own documentation uses; None: the user has to name one.
    """

    name: str
    title: str
    base_url: str | None = None
    key_variables: tuple[str, ...] = ()
    default_model: str | None = None
    needs_key: bool = True
    tokens_field: TokensField = "max_tokens"
    key_header: str = "Authorization"

    @property
    def key_prefix(self) -> str:
        """What stands before the key in its header."""
        return "Bearer " if self.key_header == "Authorization" else ""


def numbered(name: str) -> tuple[str, ...]:
    """The variable itself and its numbered sisters, _1 to _12."""
    return (name, *(f"{name}_{n}" for n in range(1, 13)))


#: Keys for whatever provider is asked.
GENERAL_KEYS = numbered("INSIGHTX_API_KEY")

_ALL = (
    Preset(
        "bytez",
        "Bytez",
        "https://api.bytez.com/models/v2/openai/v1",
        numbered("BYTEZ_API_KEY"),
        default_model="Qwen/Qwen3-4B",
        tokens_field="max_completion_tokens",
    ),
    Preset(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        ("OPENAI_API_KEY",),
        tokens_field="max_completion_tokens",
    ),
    Preset("anthropic", "Anthropic", "https://api.anthropic.com/v1", ("ANTHROPIC_API_KEY",)),
    Preset(
        "gemini",
        "Gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ),
    Preset(
        "groq",
        "Groq",
        "https://api.groq.com/openai/v1",
        ("GROQ_API_KEY",),
        tokens_field="max_completion_tokens",
    ),
    Preset("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",)),
    Preset(
        "azure",
        "Azure OpenAI",
        None,
        ("AZURE_OPENAI_API_KEY",),
        tokens_field="max_completion_tokens",
        key_header="api-key",
    ),
    Preset("ollama", "Ollama", "http://localhost:11434/v1", needs_key=False),
    Preset("lmstudio", "LM Studio", "http://localhost:1234/v1", needs_key=False),
    Preset("vllm", "vLLM", "http://localhost:8000/v1", ("VLLM_API_KEY",), needs_key=False),
    Preset("llama.cpp", "llama.cpp", "http://localhost:8080/v1", needs_key=False),
)
PRESETS = {p.name: p for p in _ALL}
#: A server that only a base URL names.
CUSTOM = Preset("custom", "The model server", needs_key=False)


def preset(name: str) -> Preset:
    """The provider of that name; any other name is a server of which nothing is known."""
    return PRESETS.get(name, CUSTOM)


def preset_at(base_url: str) -> Preset | None:
    """The provider whose own address this is, by scheme, host and port."""
    place = urlsplit(base_url)[:2]
    return next((p for p in _ALL if p.base_url and urlsplit(p.base_url)[:2] == place), None)
