"""Framed messages with descriptors over a socket pair."""

import os
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from insightx_jupyter.plane import channel as channels
from insightx_jupyter.plane.channel import (
    HEADER,
    Channel,
    ChannelBroken,
    ChannelClosed,
    ChannelTimeout,
    channel_pair,
    close_all,
)


@pytest.fixture
def pair() -> Iterator[tuple[Channel, Channel]]:
    here, sock = channel_pair()
    there = Channel(sock)
    with here, there:
        yield here, there


@pytest.fixture
def raw() -> Iterator[tuple[socket.socket, Channel]]:
    """A hostile peer that writes bytes, and our end."""
    here, sock = channel_pair()
    with here, sock:
        yield sock, here


def test_messages_arrive_whole_and_in_order(pair):
    here, there = pair
    here.send({"type": "a", "text": "ü “x”\n"})
    here.send({"type": "b"})
    assert there.receive(1) == ({"type": "a", "text": "ü “x”\n"}, [])
    assert there.receive(1) == ({"type": "b"}, [])


def test_a_frame_of_420_columns_passes(pair, open_fds: Callable[[], int]):
    here, there = pair
    pipes = [os.pipe() for _ in range(421)]
    before = open_fds()
    sender = threading.Thread(target=here.send, args=({"n": 421}, [read for read, _ in pipes]))
    sender.start()
    message, fds = there.receive(5)
    sender.join()
    assert message == {"n": 421}
    for number, (_, write) in enumerate(pipes):
        os.write(write, str(number).encode())
    assert [int(os.read(fd, 10)) for fd in fds] == list(range(421))
    assert not any(os.get_inheritable(fd) for fd in fds)
    close_all(fds)
    assert open_fds() == before
    for ends in pipes:
        close_all(ends)


def test_a_message_larger_than_the_socket_s_buffer_passes(pair):
    here, there = pair
    sender = threading.Thread(target=here.send, args=({"text": "x" * 5_000_000},))
    sender.start()
    message, _ = there.receive(5)
    sender.join()
    assert len(message["text"]) == 5_000_000


def test_the_other_side_s_end_is_a_typed_error_on_both_roads(pair):
    here, there = pair
    there.close()
    with pytest.raises(ChannelClosed):
        here.receive(1)
    with pytest.raises(ChannelClosed):
        here.send({})
    with pytest.raises(ChannelClosed):
        there.receive(1)


def test_silence_is_a_timeout_and_the_channel_goes_on(pair):
    here, there = pair
    with pytest.raises(ChannelTimeout):
        there.receive(0.01)
    here.send({"n": 1})
    assert there.receive(1)[0] == {"n": 1}


@pytest.mark.parametrize(
    "data",
    [
        HEADER.pack(channels.MAX_MESSAGE_BYTES + 1, 0),
        HEADER.pack(2, channels.MAX_FDS + 1),
        HEADER.pack(3, 0) + b"{]}",
        HEADER.pack(2, 0) + b"[]",
        HEADER.pack(3, 0) + b"\xff\xfe\x00",
        HEADER.pack(100_000, 0) + b"[" * 100_000,
        HEADER.pack(2, 1) + b"{}" + b"\0",  # a descriptor is promised and does not come
    ],
    ids=["too-long", "too-many", "no-json", "no-object", "no-text", "nested", "no-descriptor"],
)
def test_what_is_no_frame_is_refused(raw, data):
    sock, here = raw
    sock.sendall(data)
    with pytest.raises(ChannelBroken):
        here.receive(1)


def test_descriptors_that_were_not_announced_are_not_taken(raw, open_fds: Callable[[], int]):
    sock, here = raw
    before = open_fds()
    body = b'{"n":1}'
    socket.send_fds(sock, [HEADER.pack(len(body), 0) + body], [0, 1, 2])
    assert here.receive(1) == ({"n": 1}, [])
    socket.send_fds(sock, [HEADER.pack(2, 1) + b"{}"], [])
    socket.send_fds(sock, [b"\0"], [0, 1, 2])
    with pytest.raises(ChannelBroken):
        here.receive(1)
    assert open_fds() == before


def test_descriptors_of_a_message_that_is_no_message_are_closed(raw, open_fds: Callable[[], int]):
    sock, here = raw
    before = open_fds()
    sock.sendall(HEADER.pack(2, 2) + b"[]")
    socket.send_fds(sock, [b"\0"], [0, 1])
    with pytest.raises(ChannelBroken):
        here.receive(1)
    assert open_fds() == before


def test_a_frame_that_stops_halfway_does_not_hang(raw, monkeypatch):
    sock, here = raw
    here._sock.settimeout(0.05)
    sock.sendall(HEADER.pack(100, 0) + b"{")
    with pytest.raises(ChannelBroken):
        here.receive(1)


def test_a_message_that_is_too_large_is_not_sent(pair, monkeypatch):
    here, there = pair
    monkeypatch.setattr(channels, "MAX_MESSAGE_BYTES", 100)
    with pytest.raises(ChannelBroken):
        here.send({"text": "x" * 200})
    here.send({"n": 1})
    assert there.receive(1)[0] == {"n": 1}
