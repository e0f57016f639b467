"""Each column is exported once, and kept for as long as it is of use."""

import gc
import os
import threading
from collections.abc import Callable

import pyarrow as pa
import pytest

from insightx_jupyter.plane.buffers import read_column
from insightx_jupyter.plane.store import ColumnStore


class CountingSource:
    """A frame of one-row columns that counts conversions."""

    name = "f"
    rows = 1

    def __init__(self, columns: int = 3, version: int = 0) -> None:
        self.column_names = tuple(f"c{i}" for i in range(columns))
        self.version = version
        self.converted: list[str] = []

    def column_key(self, name: str) -> str:
        return f"{self.version}/{name}"

    def column(self, name: str) -> pa.ChunkedArray:
        self.converted.append(name)
        return pa.chunked_array([[f"{name} of {self.version}"]])


def test_a_column_is_converted_once_and_only_when_asked_for():
    store, source = ColumnStore(), CountingSource()
    for _ in range(3):
        with store.lease(source, ["c1"]) as lease:
            buffer = lease.buffers["0/c1"]
            assert read_column(buffer.fd, buffer.size).to_pylist() == ["c1 of 0"]
    assert source.converted == ["c1"]
    store.close()


def test_another_key_is_another_column():
    store = ColumnStore()
    for version in (0, 1):
        with store.lease(CountingSource(version=version), ["c0"]) as lease:
            buffer = lease.buffers[f"{version}/c0"]
            assert read_column(buffer.fd, buffer.size).to_pylist() == [f"c0 of {version}"]
    assert store.keys() == {"0/c0", "1/c0"}
    store.close()


def test_retain_lets_go_of_the_rest(open_fds: Callable[[], int]):
    before = open_fds()
    store, source = ColumnStore(), CountingSource()
    store.lease(source, source.column_names).close()
    assert open_fds() == before + 3
    store.retain({"0/c2", "unknown"})
    assert store.keys() == {"0/c2"}
    assert open_fds() == before + 1
    store.close()
    assert open_fds() == before
    assert store.bytes == 0


def test_a_leased_column_stays_whatever_happens():
    store, source = ColumnStore(idle_columns=0), CountingSource()
    with store.lease(source, ["c0"]) as lease:
        store.retain([])
        store.lease(source, ["c1"]).close()
        assert not lease.buffers["0/c0"].closed
        assert store.keys() == {"0/c0"}
    assert store.keys() == set()


def test_the_least_recently_used_go_first():
    store, source = ColumnStore(idle_columns=2), CountingSource()
    for name in ("c0", "c1", "c0", "c2"):
        store.lease(source, [name]).close()
    assert store.keys() == {"0/c0", "0/c2"}
    small = ColumnStore(idle_bytes=1)
    small.lease(source, ["c0"]).close()
    assert small.keys() == set()
    store.close()


def test_threads_that_want_one_column_convert_it_once():
    store, source = ColumnStore(), CountingSource()
    start = threading.Barrier(8)

    def take() -> None:
        start.wait()
        with store.lease(source, ["c0", "c1"]) as lease:
            assert len(lease.buffers) == 2

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(source.converted) == ["c0", "c1"]
    store.close()


def test_a_column_that_cannot_be_converted_gives_the_others_back(open_fds: Callable[[], int]):
    class Bad(CountingSource):
        def column(self, name: str) -> pa.ChunkedArray:
            if name == "c1":
                raise pa.ArrowInvalid("no")
            return super().column(name)

    store, before = ColumnStore(), open_fds()
    with pytest.raises(pa.ArrowInvalid):
        store.lease(Bad(), ["c0", "c1"])
    store.retain([])
    gc.collect()
    assert open_fds() == before


# Python 3.12 and later warn of what is tested here.
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_copy_can_use_the_store_even_if_a_thread_held_its_lock():
    store, source = ColumnStore(), CountingSource()
    store.lease(source, ["c0"]).close()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with store._lock:
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if child == 0:
        lease = store.lease(source, ["c0"])  # would hang for ever on the inherited lock
        os._exit(0 if lease.buffers["0/c0"].size else 1)
    done.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0
    store.close()
