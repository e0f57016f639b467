"""What went wrong with a provider, as an error of ours: short, true, without the key.

Foreign exceptions and bodies are translated here and nowhere else. Callers raise
what they get outside of their ``except`` block: a chained httpx traceback would
carry the request's headers, and with them the key, into verbose reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from ..errors import InsightXError, ModelNotConfigured, ModelUnavailable
from .providers import GENERAL_KEYS, Preset
from .wire import parse

#: So much of a provider's own words is quoted.
QUOTE_CHARS = 200
_OFFLINE = "Set INSIGHTX_MODEL=offline to go on without a model."
_NO_CREDIT = frozenset({"insufficient_quota", "insufficient_credits", "billing_hard_limit_reached"})
_TAG = re.compile(r"<[^<>]{0,500}>")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


class ProviderError:
    """What a provider says in an error body, whatever its shape."""

    def __init__(self, value: Any) -> None:
        # Gemini wraps its error in a list of one.
        if isinstance(value, list) and value:
            value = value[0]
        outer = value if isinstance(value, dict) else {}
        inner = outer.get("error")
        fields = inner if isinstance(inner, dict) else outer
        self.code = str(fields.get("code") or fields.get("type") or "")
        self.param = str(fields.get("param") or "")
        text = fields.get("message") or (inner if isinstance(inner, str) else None)
        self.message = str(text or fields.get("detail") or "")
        self.status = _status(fields.get("code")) or _status(fields.get("status"))

    @staticmethod
    def inside(chunk: Any) -> ProviderError | None:
        """The error that a chunk of a 200 answer holds; None where it holds none."""
        if isinstance(chunk, list) and chunk:
            chunk = chunk[0]
        if not isinstance(chunk, dict):
            return None
        wrong = chunk.get("error") or chunk.get("object") == "error"
        return ProviderError(chunk) if wrong else None


class Failures:
    """The errors of one model at one provider."""

    def __init__(self, provider: Preset, model: str, host: str, key: SecretStr | None) -> None:
        at_home = provider.base_url and urlsplit(provider.base_url).netloc == host
        self._who = provider.title if at_home else f"{provider.title} at {host}"
        self._host = host
        self._model = model[:100]
        self._key = key
        self._variables = " or ".join(
            n for n in (GENERAL_KEYS[0], *provider.key_variables) if not n[-1].isdigit()
        )

    def quote(self, text: str) -> str:
        """A provider's words fit to show: one line, no tags, no key, 200 characters at most."""
        if self._key is not None:
            text = text.replace(self._key.get_secret_value(), "[key]")
        text = _INVISIBLE.sub(" ", _TAG.sub(" ", text[:5000])).strip()
        if len(text) > QUOTE_CHARS:
            text = text[: QUOTE_CHARS - 1] + "…"
        return text

    def refused(
        self, status: int, headers: Mapping[str, str], said: ProviderError
    ) -> InsightXError:
        """For an answer with an error status, or an error that came inside a 200."""
        if said.code in _NO_CREDIT:
            return self._no_credit(status)
        known: dict[int, Callable[[], InsightXError]] = {
            401: self._key_refused,
            402: lambda: self._no_credit(402),
            403: lambda: self._forbidden(said),
            404: lambda: self._not_found(said),
            407: self._proxy_asks,
            429: lambda: self._too_many(headers),
        }
        if status in known:
            return known[status]()
        if 300 <= status < 400:
            return self.no_api(f"it answers with a redirect ({status})")
        if 400 <= status < 500:
            return self._request_refused(status, said)
        number = f" ({status})" if status != 200 else ""
        return ModelUnavailable(
            self._saying(f"{self._who} failed{number}.", said), hint="Ask again."
        )

    def transport(self, error: httpx.HTTPError, *, begun: bool) -> InsightXError:
        """For an exception of the transport. ``begun``: part of the reply had come."""
        if isinstance(error, httpx.ProxyError):
            return ModelUnavailable(
                "The proxy does not let the request through.",
                hint="Check HTTPS_PROXY and NO_PROXY.",
            )
        if isinstance(error, httpx.TimeoutException):
            return self.silent()
        if isinstance(error, httpx.ConnectError):
            return self._unreachable(str(error))
        if isinstance(error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
            return self.no_api("the request cannot be sent there")
        return self.broken_off() if begun else self._closed()

    def silent(self) -> ModelUnavailable:
        """For a deadline that passed."""
        return ModelUnavailable(
            f"{self._who} did not answer in time.",
            hint="Ask again, or take another model.",
        )

    def broken_off(self) -> ModelUnavailable:
        """For a reply that ended before it was whole."""
        return ModelUnavailable(
            f"The reply of {self._who} broke off before its end.", hint="Ask again."
        )

    def garbled(self) -> ModelUnavailable:
        """For a reply that is not what the API promises."""
        return ModelUnavailable(
            f"{self._who} sent a reply that cannot be read.",
            hint="Ask again, or take another model.",
        )

    def too_long(self) -> ModelUnavailable:
        """For a reply beyond all bounds."""
        return ModelUnavailable(
            f"{self._who} sent a reply without end; it was cut.",
            hint="Take another model.",
            retryable=False,
        )

    def no_api(self, why: str) -> ModelNotConfigured:
        """For an address where something else lives."""
        return ModelNotConfigured(
            f"There is no chat-completions API at {self._host}: {why}.",
            hint="Check INSIGHTX_BASE_URL; it usually ends in /v1.",
        )

    def _saying(self, sentence: str, said: ProviderError) -> str:
        words = self.quote(said.message)
        if not words:
            return sentence
        return f"{sentence} It says: {words}" + ("" if words[-1] in ".!?…" else ".")

    def _key_refused(self) -> ModelNotConfigured:
        verb = "wants a key" if self._key is None else "refused the key"
        return ModelNotConfigured(f"{self._who} {verb} (401).", hint=f"Set {self._variables}.")

    def _no_credit(self, status: int) -> ModelUnavailable:
        return ModelUnavailable(
            f"The credits of this key at {self._who} are spent ({status}).",
            hint=f"Add credits or use another key. {_OFFLINE}",
            retryable=False,
        )

    def _forbidden(self, said: ProviderError) -> ModelNotConfigured:
        sentence = f"{self._who} does not let this key use {self._model} (403)."
        return ModelNotConfigured(
            self._saying(sentence, said), hint=f"Take another model, or set {self._variables}."
        )

    def _not_found(self, said: ProviderError) -> ModelNotConfigured:
        if not said.message:
            return self.no_api("nothing is found under its address (404)")
        sentence = f"{self._who} does not know the model {self._model} (404)."
        return ModelNotConfigured(
            self._saying(sentence, said), hint="Name another with INSIGHTX_MODEL or --model."
        )

    def _proxy_asks(self) -> ModelUnavailable:
        return ModelUnavailable(
            "The proxy wants a password (407).", hint="Check HTTPS_PROXY.", retryable=False
        )

    def _too_many(self, headers: Mapping[str, str]) -> ModelUnavailable:
        wait = headers.get("retry-after", "")
        when = f"in {int(wait)} s" if wait.isascii() and wait.isdigit() and len(wait) < 7 else ""
        return ModelUnavailable(
            f"{self._who} is at its rate limit for this key (429).",
            hint=f"Ask again {when or 'in a minute'}, or use another key.",
        )

    def _request_refused(self, status: int, said: ProviderError) -> ModelUnavailable:
        sentence = f"{self._who} refused the request ({status})."
        fewer = "Ask with fewer --max-tokens, or take" if "token" in said.message else "Take"
        return ModelUnavailable(
            self._saying(sentence, said), hint=f"{fewer} another model.", retryable=False
        )

    def _unreachable(self, text: str) -> InsightXError:
        if "CERTIFICATE" in text.upper():
            return ModelNotConfigured(
                f"The certificate of {self._host} is not trusted here.",
                hint="Point SSL_CERT_FILE to the certificates of your network.",
            )
        if "SSL" in text:
            return self.no_api("it does not speak TLS as asked")
        if any(w in text for w in ("Name or service", "nodename", "getaddrinfo", "resolution")):
            return ModelUnavailable(
                f"The name {self._host} is not found.",
                hint="Check the network, HTTPS_PROXY and INSIGHTX_BASE_URL.",
            )
        return ModelUnavailable(
            f"{self._host} takes no connection.",
            hint="Check that the server runs, and INSIGHTX_BASE_URL.",
        )

    def _closed(self) -> ModelUnavailable:
        return ModelUnavailable(
            f"{self._who} closed the connection without an answer.", hint="Ask again."
        )


def error_in(body: bytes) -> ProviderError:
    """What an error body says: JSON of any shape, else nothing (web pages are not quoted)."""
    return ProviderError(parse(body.decode("utf-8", "replace")))


def _status(value: Any) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600
    return value if good else None
