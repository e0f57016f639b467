"""A model behind the chat-completions API of any provider, over httpx, streaming."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncGenerator
from dataclasses import replace
from weakref import WeakKeyDictionary

import httpx
from pydantic import SecretStr

from ..errors import InsightXError
from ..protocol.record import ModelInfo
from .auth import KeyAuth
from .base import ChatRequest, Delta
from .failures import Failures, ProviderError, error_in
from .providers import preset
from .reading import ReplyReader
from .wire import Dialect, TokensField, encode, request_body

log = logging.getLogger("insightx.model")

#: Seconds without a byte in the middle of a reply.
SILENCE = 60.0
_CONNECT = 15.0
_ERROR_BYTES = 64 * 1024
#: A server may refuse two of our fields, one after the other.
_ADAPTATIONS = 2
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NOT_TAKEN = (
    "unsupported",
    "not supported",
    "unrecognized",
    "unknown",
    "unexpected",
    "extra",
    "not permitted",
)


class OpenAICompatible:
    """A ChatModel over HTTP.

    ``base_url`` is what stands before ``/chat/completions``. ``timeout`` is in
    seconds and bounds a whole call where the request names none. Connections are
    made at the first request and kept, one pool for each event loop that asks.
    Proxies and certificates come from the environment as httpx reads it, but a
    server on this machine is asked directly.
    """

    def __init__(
        self,
        *,
        provider: str,
        model: str,
        base_url: str,
        key: SecretStr | None,
        timeout: float,
        silence: float = SILENCE,
    ) -> None:
        self._preset = preset(provider)
        self._info = ModelInfo(provider=provider, name=model)
        url = httpx.URL(base_url)
        self._url = url.copy_with(path=url.path.rstrip("/") + "/chat/completions")
        self._auth = KeyAuth(key, self._preset)
        self._timeout = timeout
        self._silence = silence
        self._dialect = Dialect(tokens_field=self._preset.tokens_field)
        self._failures = Failures(self._preset, model, url.netloc.decode("ascii"), key)
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient]
        self._clients = WeakKeyDictionary()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<OpenAICompatible {self._info.provider}:{self._info.name}>"

    @property
    def info(self) -> ModelInfo:
        """Provider and name, as shown to the user."""
        return self._info

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Ask: deltas as they come, then one Reply.

        Raises ModelUnavailable (the provider refused, failed, fell silent or broke
        off) and ModelNotConfigured (key, model name or address is wrong).
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (request.timeout or self._timeout)
        response, size = await self._open(request, deadline)
        try:
            reader = ReplyReader(response, self._failures, deadline=deadline, silence=self._silence)
            async with contextlib.aclosing(reader.deltas(size)) as deltas:
                async for delta in deltas:
                    yield delta
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close the connections of all loops; those of loops that have stopped are dropped."""
        with self._lock:
            clients = list(self._clients.items())
            self._clients.clear()
        here = asyncio.get_running_loop()
        for loop, client in clients:
            if loop is here:
                await client.aclose()
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(client.aclose(), loop)

    async def _open(self, request: ChatRequest, deadline: float) -> tuple[httpx.Response, int]:
        """A response with status 200, and the bytes that were sent for it."""
        for attempt in range(_ADAPTATIONS + 1):
            dialect = self._dialect
            content = encode(request_body(request, self._info.name, dialect))
            response = await self._send(content, deadline)
            if response.status_code == httpx.codes.OK:
                return response, len(content)
            said = await self._error_of(response, deadline)
            if attempt == _ADAPTATIONS or not self._adapted(dialect, response.status_code, said):
                break
        raise self._failures.refused(response.status_code, response.headers, said)

    async def _send(self, content: bytes, deadline: float) -> httpx.Response:
        """The head of the answer. A connection that is reset before it comes is tried once more."""
        client = self._client()
        failure: InsightXError = self._failures.silent()
        for _ in range(2):
            request = client.build_request("POST", self._url, content=content)
            try:
                async with asyncio.timeout_at(deadline):
                    return await client.send(request, stream=True)
            except TimeoutError:
                break
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
                failure = self._failures.transport(error, begun=False)
                log.debug("the connection to %s was reset before an answer", self._url.host)
            except httpx.HTTPError as error:
                failure = self._failures.transport(error, begun=False)
                break
        raise failure

    async def _error_of(self, response: httpx.Response, deadline: float) -> ProviderError:
        body = bytearray()
        limit = min(deadline, asyncio.get_running_loop().time() + self._silence)
        try:
            async with asyncio.timeout_at(limit):
                async for data in response.aiter_bytes():
                    body += data
                    if len(body) > _ERROR_BYTES:
                        break
        except (TimeoutError, httpx.HTTPError):
            # The status has come and says enough.
            log.debug("the error body of %s did not come whole", self._url.host)
        finally:
            await response.aclose()
        return error_in(bytes(body))

    def _adapted(self, sent: Dialect, status: int, said: ProviderError) -> bool:
        """Whether the server's refusal teaches how to ask it; remembered for this instance."""
        if status not in (400, 422):
            return False
        words = f"{said.code} {said.message}".lower()
        if not any(w in words for w in _NOT_TAKEN):
            return False
        named = f"{said.param} {said.message}"
        if sent.tokens_field in named:
            swapped: TokensField
            swapped = "max_completion_tokens" if sent.tokens_field == "max_tokens" else "max_tokens"
            self._dialect = replace(sent, tokens_field=swapped)
        elif "stream_options" in named and sent.include_usage:
            self._dialect = replace(sent, include_usage=False)
        else:
            return False
        return True

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        with self._lock:
            client = self._clients.get(loop)
            if client is None:
                client = self._clients[loop] = self._new_client()
        return client

    def _new_client(self) -> httpx.AsyncClient:
        local = f"[{host}]" if ":" in (host := self._url.host) else host
        direct = {f"all://{local}": None} if host in _LOOPBACK else None
        return httpx.AsyncClient(
            auth=self._auth,
            headers={
                "Content-Type": "application/json",
                "Accept": "text/event-stream, application/json",
                "User-Agent": "insightx-jupyter",
            },
            # Reading has its own deadlines; see ReplyReader.
            timeout=httpx.Timeout(None, connect=_CONNECT),
            mounts=direct,
        )
