"""A model without latency: an OpenAI-compatible server with one canned reply an agent.

    python tests/benchmarks/zero_model.py --port 0 --query "SELECT …" [--seconds 600]

Prints its port, serves on loopback, and ends by itself after ``--seconds``.
Headers and body leave in one write: two would measure the delayed ACK.
"""

from __future__ import annotations

import argparse
import asyncio
import json

PLAN = {
    "classification": "SQL_ONLY",
    "reasoning": "One query.",
    "columns_needed": [],
    "next_agents": ["sql"],
}
ANSWER = (
    "**{{r1.#rows}} groups.** The first mean is {{r1.m[0]|f2}}.\n\n## Ask next\n- And the median?"
)


def chunk(delta: dict[str, object], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return (
        "data: "
        + json.dumps({"id": "x", "object": "chat.completion.chunk", "choices": [choice]})
        + "\n\n"
    )


def reply(body: dict[str, object], query: str) -> bytes:
    system = str(body["messages"][0]["content"])  # type: ignore[index]
    if system.startswith("# SQL agent"):
        call = {"name": "run_sql", "arguments": json.dumps({"query": query})}
        delta = {"tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": call}]}
        events = chunk(delta) + chunk({}, "tool_calls")
    else:
        text = json.dumps(PLAN) if system.startswith("# Orchestrator") else ANSWER
        events = chunk({"content": text}) + chunk({}, "stop")
    return (events + "data: [DONE]\n\n").encode()


async def serve(port: int, query: str, seconds: float) -> None:
    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.split("content-length:")[1].split("\r\n")[0])
                payload = reply(json.loads(await reader.readexactly(length)), query)
                header = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(payload)}\r\n\r\n"
                writer.write(header.encode() + payload)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.sleep(seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--query", required=True)
    parser.add_argument("--seconds", type=float, default=600)
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.query, options.seconds))
