"""Reading one reply off an open response, within its deadlines and bounds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import httpx

from ..errors import InsightXError
from .assemble import Assembler
from .base import Delta, ReasoningDelta, TextDelta
from .failures import Failures, ProviderError
from .sse import EventTooLong, SseParser
from .wire import parse

#: Bytes of one reply, reasoning and framing included.
MAX_REPLY = 32 * 1024 * 1024
#: Seconds that a server may take to say [DONE] after it gave a finish reason.
_TAIL = 5.0
#: Seconds for the last bytes of the transfer, after which the connection is given up.
_LAST_BYTES = 0.05


class ReplyReader:
    """Turns a response with status 200 into deltas and one Reply."""

    def __init__(
        self, response: httpx.Response, failures: Failures, *, deadline: float, silence: float
    ) -> None:
        self._response = response
        self._failures = failures
        self._deadline = deadline
        self._silence = silence
        self._assembler = Assembler()
        self._source = response.aiter_bytes()
        self._taken = 0

    async def deltas(self, prompt_bytes: int) -> AsyncGenerator[Delta, None]:
        """The deltas as they come, then the Reply. Raises ModelUnavailable, ModelNotConfigured."""
        kind = self._response.headers.get("content-type", "").lower()
        if "html" in kind:
            raise self._failures.no_api("it answers with a web page")
        parts = self._whole() if "json" in kind else self._streamed()
        async with contextlib.aclosing(parts):
            async for part in parts:
                yield part
        await self._drain()
        yield self._assembler.reply(prompt_bytes)

    async def _streamed(self) -> AsyncGenerator[TextDelta | ReasoningDelta, None]:
        parser = SseParser()
        while not self._assembler.done:
            data = await self._next()
            for event in self._events(parser, data):
                for delta in self._taken_in(event):
                    yield delta
            if data is None:
                break
        if not self._assembler.complete:
            raise self._failures.broken_off()

    def _events(self, parser: SseParser, data: bytes | None) -> list[str]:
        with contextlib.suppress(EventTooLong):
            return parser.finish() if data is None else parser.feed(data)
        raise self._failures.too_long()

    def _taken_in(self, event: str) -> list[TextDelta | ReasoningDelta]:
        if self._assembler.done:
            return []
        if event.strip() == "[DONE]":
            self._assembler.done = True
            return []
        chunk = parse(event)
        self._raise_inside(chunk)
        if not isinstance(chunk, dict):
            # To pass over it would lose a piece of the answer without a word.
            raise self._failures.garbled()
        return self._assembler.feed(chunk)

    async def _whole(self) -> AsyncGenerator[TextDelta | ReasoningDelta, None]:
        """For servers that do not stream though they were asked to."""
        body = bytearray()
        while (data := await self._next()) is not None:
            body += data
        completion = parse(bytes(body))
        self._raise_inside(completion)
        if not isinstance(completion, dict):
            raise self._failures.broken_off()
        for delta in self._assembler.feed(completion):
            yield delta
        if not self._assembler.complete:
            raise self._failures.garbled()

    def _raise_inside(self, chunk: object) -> None:
        said = ProviderError.inside(chunk)
        if said is not None and not self._assembler.complete:
            raise self._failures.refused(said.status or 200, self._response.headers, said)

    async def _next(self) -> bytes | None:
        """The next bytes; None at the end, and when a finished reply has no tidy end."""
        ended = self._assembler.complete
        patience = min(_TAIL, self._silence) if ended else self._silence
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(min(self._deadline, now + patience)):
                data = await anext(self._source)
        except StopAsyncIteration:
            return None
        except TimeoutError:
            failure: InsightXError = self._failures.silent()
        except httpx.HTTPError as error:
            failure = self._failures.transport(error, begun=True)
        else:
            self._taken += len(data)
            if self._taken > MAX_REPLY:
                raise self._failures.too_long()
            return data
        if ended:
            return None
        raise failure

    async def _drain(self) -> None:
        # A connection whose response was read to its end is used again; that end
        # is nearly always in the buffer already.
        with contextlib.suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(_LAST_BYTES):
                async for data in self._source:
                    self._taken += len(data)
                    if self._taken > MAX_REPLY:
                        return
