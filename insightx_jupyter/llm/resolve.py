"""Which model answers: read from the settings, the environment and the keys at hand."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

from pydantic import SecretStr

from ..config import Settings
from ..errors import ModelNotConfigured
from .base import ChatModel
from .keys import find_keys, read_keys
from .providers import CUSTOM, GENERAL_KEYS, PRESETS, Preset, preset_at

OFFLINE = "offline"
_BYTEZ = PRESETS["bytez"]
_HOW = (
    "Set INSIGHTX_MODEL to provider:model "
    f"(providers: {', '.join(PRESETS)}), or INSIGHTX_BASE_URL and INSIGHTX_MODEL "
    "for any other server, or INSIGHTX_MODEL=offline."
)


@dataclass(frozen=True, slots=True)
class Named:
    """What the user named: a provider, a model, both or neither."""

    provider: Preset | None = None
    model: str | None = None


def resolve(
    settings: Settings, environ: Mapping[str, str], *, offline: Callable[[], ChatModel]
) -> ChatModel:
    """The model for one question; the offline analyst where nothing names another.

    No request is made. Raises ModelNotConfigured where what is named cannot be
    asked: no key, no model name, no address, or an address that is none.
    """
    wanted = (settings.model or environ.get("INSIGHTX_MODEL") or "").strip()
    if wanted.casefold() == OFFLINE:
        return offline()
    named = read_name(wanted)
    address = settings.base_url or environ.get("INSIGHTX_BASE_URL") or ""
    base_url = checked_url(address) if address.strip() else None
    keys = read_keys(environ)
    provider = _provider(named, base_url, keys)
    if provider is None:
        if named.model is None and not find_keys(GENERAL_KEYS, keys):
            return offline()
        raise _nowhere(named)
    return _build(provider, named, base_url, keys, settings.model_timeout)


def read_name(text: str) -> Named:
    """``provider:model``, split only at a known provider; a provider alone; or a model.

    ``openai:gpt-4o-mini`` names both, ``llama3:8b`` a model, ``bytez`` a provider.
    """
    head, _, tail = text.partition(":")
    provider = PRESETS.get(head.strip().casefold())
    if provider is not None:
        return Named(provider, tail.strip() or None)
    return Named(None, text or None)


def checked_url(address: str) -> str:
    """The base URL in one form, without the endpoint and without a slash at its end.

    Raises ModelNotConfigured if it is no http(s) URL or holds a password, which
    would stand in logs.
    """
    parts = _split(address.strip())
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ModelNotConfigured(
            "The base URL is no web address.",
            hint="Set INSIGHTX_BASE_URL to something like http://localhost:11434/v1.",
        )
    if "@" in parts.netloc:
        raise ModelNotConfigured(
            "The base URL holds a name or password.",
            hint="Put the key into INSIGHTX_API_KEY and take it out of INSIGHTX_BASE_URL.",
        )
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _split(address: str) -> SplitResult | None:
    if any(c.isspace() or not c.isprintable() for c in address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    return parts


def _provider(named: Named, base_url: str | None, keys: Mapping[str, SecretStr]) -> Preset | None:
    """Who is asked: the one named, the one at that address, Bytez for its keys, any server."""
    if named.provider is not None:
        return named.provider
    if base_url is not None and (at := preset_at(base_url)) is not None:
        return at
    if any(name in keys for name in _BYTEZ.key_variables):
        return _BYTEZ
    return CUSTOM if base_url is not None else None


def _build(
    provider: Preset,
    named: Named,
    base_url: str | None,
    keys: Mapping[str, SecretStr],
    timeout: float,
) -> ChatModel:
    # httpx costs 100 ms to import; who stays offline does not pay.
    from .openai_compatible import OpenAICompatible

    where = base_url or provider.base_url
    if where is None:
        raise ModelNotConfigured(
            f"{provider.title} has another address for each customer.",
            hint="Set INSIGHTX_BASE_URL, such as https://NAME.openai.azure.com/openai/v1.",
        )
    model = named.model or provider.default_model
    if model is None:
        raise _no_model(provider)
    usable = _keys_for(provider, named, keys)
    if provider.needs_key and not usable:
        variable = provider.key_variables[0]
        raise ModelNotConfigured(
            f"There is no key for {provider.title}.",
            hint=f"Set {variable} or INSIGHTX_API_KEY, in the environment or in a .env "
            "beside the notebook, or set INSIGHTX_MODEL=offline.",
        )
    return OpenAICompatible(
        provider=provider.name,
        model=model,
        base_url=where,
        key=usable[0] if usable else None,
        timeout=timeout,
    )


def _keys_for(
    provider: Preset, named: Named, keys: Mapping[str, SecretStr]
) -> tuple[SecretStr, ...]:
    """The keys that may go to this provider.

    INSIGHTX_API_KEY is meant for whatever the user named. A provider's own
    variables, which other programs share, are read only when it is named; Bytez
    is also chosen by its key, and then it gets that key.
    """
    own = find_keys(provider.key_variables, keys)
    if named.provider is not None:
        return find_keys(GENERAL_KEYS, keys) or own
    if provider is _BYTEZ:
        return own or find_keys(GENERAL_KEYS, keys)
    return find_keys(GENERAL_KEYS, keys)


def _no_model(provider: Preset) -> ModelNotConfigured:
    name = "MODEL" if provider is CUSTOM else f"{provider.name}:MODEL"
    return ModelNotConfigured(
        f"{provider.title} is named without a model, and has no default.",
        hint=f"Set INSIGHTX_MODEL={name}, with a model that it serves.",
    )


def _nowhere(named: Named) -> ModelNotConfigured:
    if named.model is None:
        return ModelNotConfigured("There is a key, but nothing says whose it is.", hint=_HOW)
    head, colon, tail = named.model[:80].partition(":")
    near = difflib.get_close_matches(head.casefold(), PRESETS, n=1, cutoff=0.85) if colon else []
    return ModelNotConfigured(
        f"The model {named.model[:80]} is named, but not who serves it.",
        hint=f"Did you mean {near[0]}:{tail}?" if near else _HOW,
    )
