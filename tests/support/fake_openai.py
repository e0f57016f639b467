"""An OpenAI-compatible server on loopback that says what a script tells it to say.

    with FakeOpenAI({"orchestrator": ["…"], "sql": [call("run_sql", query="…")]}) as server:
        model = OpenAICompatible(base_url=server.url, …)
        server.inject(Fault("status", status=429), None, Fault("reset"))
        …
        server.requests[0].agent, .step, .question, .body, .headers

The script has the form that ``Scripted`` takes, or is one function of the request
body. Faults are used up by the requests in the order they come (None: no fault).
Head and body leave in one write on a socket without Nagle, so that a client's
time is the client's. Nothing outlives ``close``; no wait is longer than a minute.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import fake_dialects as dialects

from insightx_jupyter.llm.scripted import Script, ScriptReply, Turn, turn_of
from insightx_jupyter.llm.transcript import Follower
from insightx_jupyter.protocol.plan import AgentName

LONGEST_WAIT = 60.0
MAX_BODY = 64 * 1024 * 1024

FaultKind = Literal[
    "status",  # answers with .status and .body (JSON, or text for a web page)
    "slow_first_byte",  # waits .seconds before the head
    "reset_before",  # RST instead of a head
    "stall",  # .seconds of silence after .after events, then goes on
    "reset",  # RST after .after events
    "close",  # closes after .after events, the transfer unfinished
    "half_event",  # half an event, then a tidy end of the transfer
    "ends_early",  # .after events, then a tidy end: no finish reason, no [DONE]
    "junk",  # .body (bytes) after .after events, then goes on
    "error_event",  # .body as an error inside the 200 stream
    "no_done",  # everything but [DONE]
    "open_end",  # everything but [DONE], and then silence for .seconds
    "whole",  # not streamed: one JSON object
    "cut_json",  # not streamed, and cut
    "flood",  # one event without end: .seconds MiB of it
]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one answer."""

    kind: FaultKind
    status: int = 500
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 30.0
    after: int = 1


@dataclass(frozen=True)
class Received:
    """One chat request. Place is as ``Scripted.from_log`` would tell it."""

    body: dict[str, Any]
    headers: dict[str, str]
    path: str
    agent: AgentName | None
    question: str
    step: int


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class FakeOpenAI:
    """See the module. ``key``: any other key is refused with 401. ``pause``: seconds an event."""

    def __init__(
        self,
        script: Script | Callable[[dict[str, Any]], ScriptReply] = lambda body: "Hello.",
        *,
        faults: Sequence[Fault | None] = (),
        dialect: str = "openai",
        chunk: int = 16,
        pause: float = 0.0,
        key: str | None = None,
    ) -> None:
        self.script = script
        self.dialect = dialect
        self.chunk = chunk
        self.pause = pause
        self.key = key
        self.requests: list[Received] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._faults: deque[Fault | None] = deque(faults)
        self._follower = Follower()
        self._lock = threading.Lock()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def __enter__(self) -> FakeOpenAI:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def inject(self, *faults: Fault | None) -> None:
        """Faults for the requests to come, one each."""
        self._faults.extend(faults)

    def calls(self, agent: str) -> list[Received]:
        """The requests of one agent."""
        return [r for r in self.requests if r.agent == agent]

    def close(self) -> None:
        """End all connections and the server's threads."""
        self.stopping.set()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join(5)

    def receive(self, body: dict[str, Any], headers: dict[str, str], path: str) -> Received:
        with self._lock:
            place = self._follower.place(body)
            agent, question, step = place[:3] if place else (None, "", 0)
            received = Received(body, headers, path, agent, question, step)
            self.requests.append(received)
        return received

    def next_fault(self, received: Received) -> Fault | None:
        if self.key is not None and self.key not in received.headers.get("authorization", ""):
            return Fault("status", 401, {"error": {"message": "Incorrect API key provided"}})
        with self._lock:
            return self._faults.popleft() if self._faults else None

    def turn(self, received: Received) -> Turn:
        """The scripted reply. One that is missing is said so, with status 500 by the handler."""
        if callable(self.script):
            return turn_of(self.script(received.body), received.body)
        if received.agent is None:
            raise LookupError("the request is none of our agents': no known heading")
        replies = self.script.get(received.agent.value, ())
        if received.step >= len(replies):
            raise LookupError(f"no reply for {received.agent.value}, step {received.step}")
        return turn_of(replies[received.step], received.body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: FakeOpenAI) -> None:
        self.owner = owner
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        self.owner.connections += 1
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._open.discard(connection)  # ended by itself meanwhile

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave are part of many tests: no traceback on stderr."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), MAX_BODY)
        body = json.loads(self.rfile.read(length))
        if not self.path.partition("?")[0].endswith("/chat/completions"):
            return self._answer(404, "<html><h1>Not Found</h1></html>")
        headers = {k.lower(): v for k, v in self.headers.items()}
        received = self.server.owner.receive(body, headers, self.path)
        fault = self.server.owner.next_fault(received)
        if fault and fault.kind == "status":
            return self._answer(fault.status, fault.body, fault.headers)
        if fault and fault.kind == "reset_before":
            return self._cut(reset=True)
        try:
            turn = self.server.owner.turn(received)
        except LookupError as error:
            return self._answer(500, {"error": {"message": f"script: {error.args[0]}"}})
        if turn.error is not None:
            return self._answer(500, {"error": {"message": str(turn.error)}})
        if turn.delay or (fault and fault.kind == "slow_first_byte"):
            self._wait(turn.delay or fault.seconds)
        if fault and fault.kind in ("whole", "cut_json"):
            return self._answer_whole(turn, body, cut=fault.kind == "cut_json")
        return self._stream(turn, body, fault)

    def _stream(self, turn: Turn, body: dict[str, Any], fault: Fault | None) -> None:
        owner = self.server.owner
        events = dialects.events(turn, body, owner.dialect, owner.chunk)
        frames = [f"data: {e}\n\n".encode() for e in events]
        if fault is None and not owner.pause:
            return self._write(_HEAD + b"".join(map(_chunk, frames)) + _chunk(b""))
        self._write(_HEAD)
        if fault is None:
            for frame in frames:
                self._wait(owner.pause)
                self._write(_chunk(frame))
            return self._write(_chunk(b""))
        return self._faulty(frames, fault)

    def _faulty(self, frames: list[bytes], fault: Fault) -> None:
        kind, before, after = fault.kind, frames[: fault.after], frames[fault.after :]
        if kind in ("no_done", "open_end"):
            before, after = frames[:-1], []
        self._write(b"".join(map(_chunk, before)))
        if kind in ("reset", "close"):
            self._wait(0.05)  # an RST discards what the client has not read
            return self._cut(reset=kind == "reset")
        if kind in ("stall", "open_end"):
            self._wait(fault.seconds)
        elif kind == "half_event":
            after = [after[0][: len(after[0]) // 2]]
        elif kind == "ends_early":
            after = []
        elif kind == "error_event":
            after = [f"data: {json.dumps(fault.body)}\n\n".encode()]
        elif kind == "junk":
            after = [fault.body, *after]
        elif kind == "flood":
            after = [b"data: ", *[b"x" * 2**20] * int(fault.seconds)]
        self._write(b"".join(map(_chunk, after)) + _chunk(b""))
        return None

    def _answer_whole(self, turn: Turn, body: dict[str, Any], *, cut: bool) -> None:
        text = json.dumps(dialects.completion(turn, body))
        self._answer(200, text[: len(text) * 6 // 10] if cut else text, kind="application/json")

    def _answer(
        self,
        status: int,
        body: Any,
        headers: Mapping[str, str] = {},
        kind: str = "",
    ) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        kind = kind or ("text/html" if isinstance(body, str) else "application/json")
        raw = text.encode()
        lines = [
            f"HTTP/1.1 {status} Status",
            f"Content-Type: {kind}",
            f"Content-Length: {len(raw)}",
        ]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._write("\r\n".join([*lines, "", ""]).encode() + raw)

    def _write(self, data: bytes) -> None:
        try:
            self.wfile.write(data)
        except OSError:
            self.close_connection = True  # the client has left

    def _wait(self, seconds: float) -> None:
        self.server.owner.stopping.wait(min(seconds, LONGEST_WAIT))

    def _cut(self, *, reset: bool) -> None:
        if reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()  # with what rfile holds, the RST goes at finish
        self.close_connection = True


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


__all__ = ["FakeOpenAI", "Fault", "Received", "Turn"]
