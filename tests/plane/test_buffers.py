"""Shared memory: what we hand out cannot change, what comes back is checked."""

import gc
import mmap
import os
from collections.abc import Callable

import pyarrow as pa
import pytest

from insightx_jupyter.plane import buffers
from insightx_jupyter.plane.buffers import (
    BufferInvalid,
    ResultBuffer,
    SealedBuffer,
    read_column,
    read_stream,
)

LIMIT = 1 << 24


def stream(table: pa.Table, **options) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, **options) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


COLUMNS = {
    "integers": pa.chunked_array([[1, 2, None], [4]]),
    "text": pa.chunked_array([["a", None, "ü😀"]]),
    "empty": pa.chunked_array([pa.array([], pa.float64())]),
    "no chunk": pa.chunked_array([], pa.float64()),
    "nested": pa.chunked_array([[{"a": [1, 2]}, None]]),
    "sliced": pa.chunked_array([pa.array(range(100)).slice(7, 20)]),
    "dictionaries": pa.chunked_array(
        [pa.array(["a", "b"]).dictionary_encode(), pa.array(["b", "c"]).dictionary_encode()]
    ),
    "null": pa.chunked_array([pa.nulls(5)]),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_comes_back_as_it_was(name):
    column = COLUMNS[name]
    with SealedBuffer.of_column(column) as buffer:
        back = read_column(buffer.fd, buffer.size)
    assert back.to_pylist() == column.to_pylist()  # the mapping outlives the descriptor
    assert back.type == column.type


def test_a_column_is_mapped_and_not_copied():
    with SealedBuffer.of_column(pa.chunked_array([pa.array(range(1_000_000))])) as buffer:
        before = pa.total_allocated_bytes()
        back = read_column(buffer.fd, buffer.size)
        assert pa.total_allocated_bytes() - before < 10_000
    assert back[999_999].as_py() == 999_999


def test_a_sealed_buffer_cannot_be_changed_by_whoever_holds_it():
    with SealedBuffer.of_column(COLUMNS["integers"]) as buffer:
        for attempt in (
            lambda: os.pwrite(buffer.fd, b"x", 0),
            lambda: os.ftruncate(buffer.fd, 0),
            lambda: os.ftruncate(buffer.fd, 1 << 20),
            lambda: mmap.mmap(buffer.fd, buffer.size),
        ):
            with pytest.raises(PermissionError):
                attempt()
        # Nor through a second way in.
        again = os.open(f"/proc/self/fd/{buffer.fd}", os.O_RDWR)
        with pytest.raises(PermissionError):
            os.write(again, b"x")
        os.close(again)


def test_an_unsealed_buffer_can_be_changed():
    """The control: it is the seals that protect."""
    with ResultBuffer() as buffer:
        assert os.pwrite(buffer.fd, b"x", 0) == 1


def test_descriptors_are_closed_by_close_with_and_collector(open_fds: Callable[[], int]):
    gc.collect()
    before = open_fds()
    buffer = SealedBuffer.of_column(COLUMNS["text"])
    assert not os.get_inheritable(buffer.fd)
    buffer.close()
    buffer.close()
    with pytest.raises(BufferInvalid):
        _ = buffer.fd
    with ResultBuffer():
        pass
    dropped = ResultBuffer()
    assert open_fds() == before + 1
    del dropped
    gc.collect()
    assert open_fds() == before


def test_an_export_that_fails_leaks_nothing(open_fds: Callable[[], int], monkeypatch):
    before = open_fds()

    def full(fd: int, table: pa.Table) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(buffers, "_write_stream", full)
    with pytest.raises(OSError, match="No space"):
        SealedBuffer.of_column(COLUMNS["text"])
    gc.collect()
    assert open_fds() == before


def test_without_memfd_an_unlinked_file_serves(monkeypatch, tmp_path, open_fds):
    monkeypatch.delattr(os, "memfd_create")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = open_fds()
    with SealedBuffer.of_column(COLUMNS["text"]) as buffer:
        assert read_column(buffer.fd, buffer.size).to_pylist() == COLUMNS["text"].to_pylist()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.pwrite(buffer.fd, b"x", 0)
    with ResultBuffer() as result:
        os.write(result.fd, stream(pa.table({"a": [1]})))
        assert result.read_table(LIMIT).to_pydict() == {"a": [1]}
    assert list(tmp_path.iterdir()) == []
    assert open_fds() == before


def test_a_result_is_read_and_no_longer_the_child_s():
    table = pa.table({"a": [1, 2], "b": ["x", None]})
    with ResultBuffer() as buffer:
        os.write(buffer.fd, stream(table))
        back = buffer.read_table(LIMIT)
        with pytest.raises(PermissionError):
            os.pwrite(buffer.fd, b"\xff" * 64, 300)
    assert back.equals(table)


def test_a_child_that_keeps_a_writable_mapping_changes_nothing():
    content = stream(pa.table({"a": [1, 2, 3]}))
    with ResultBuffer() as buffer:
        os.write(buffer.fd, content)
        with mmap.mmap(buffer.fd, len(content)) as mapping:
            back = buffer.read_table(LIMIT)
            mapping[:] = b"\xff" * len(content)
    assert back.to_pydict() == {"a": [1, 2, 3]}


def broken_offsets() -> bytes:
    """A text column whose offsets point far outside its bytes."""
    content = bytearray(stream(pa.table({"s": ["aaaa", "bbbb"]})))
    offsets = (0).to_bytes(4, "little") + (4).to_bytes(4, "little") + (8).to_bytes(4, "little")
    place = content.rindex(offsets)
    content[place + 4 : place + 8] = (1 << 30).to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage" * 100,
        stream(pa.table({"a": [1, 2, 3]}))[:-40],
        broken_offsets(),
        stream(pa.table({"a": pa.nulls(100_000_000)})),
        stream(pa.table({"a": pa.array([b"\xff\xfe"]).view(pa.string())})),
    ],
    ids=["empty", "garbage", "cut", "offsets", "bottomless", "not-utf8"],
)
def test_what_is_no_table_is_refused(content):
    with ResultBuffer() as buffer:
        os.write(buffer.fd, content)
        with pytest.raises(BufferInvalid):
            buffer.read_table(LIMIT)


def test_unchecked_the_broken_offsets_would_have_been_taken():
    """The control: Arrow reads them without a word."""
    assert pa.ipc.open_stream(broken_offsets()).read_all().num_rows == 2


def test_a_result_over_the_limit_is_refused_unread():
    with ResultBuffer() as buffer:
        os.ftruncate(buffer.fd, 1 << 40)  # costs nothing: it is all hole
        with pytest.raises(BufferInvalid, match="over the limit"):
            buffer.read_table(LIMIT)


def test_a_frame_of_many_columns_is_one_stream():
    table = pa.table({f"c{i}": [i] for i in range(420)})
    with SealedBuffer.of_table(table) as buffer:
        assert read_stream(buffer.fd, buffer.size).equals(table)


def test_a_long_column_stays_one_chunk_that_pandas_maps_without_a_copy():
    column = pa.chunked_array([pa.array(range(3_000_000), pa.int64())])
    with SealedBuffer.of_column(column) as buffer:
        back = read_column(buffer.fd, buffer.size)
    assert back.num_chunks == 1
    before = pa.total_allocated_bytes()
    series = back.to_pandas()
    assert pa.total_allocated_bytes() - before < 1_000_000
    assert series.to_numpy().ctypes.data == back.chunk(0).buffers()[1].address
