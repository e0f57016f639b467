"""Order, exactly one end, and sinks that cannot stop a run."""

import logging
import threading

from insightx_jupyter.hub import EventHub
from insightx_jupyter.protocol.events import CancelledEvent, ErrorEvent, StatusEvent


def status(text="x"):
    return StatusEvent(message=text)


def test_events_are_stamped_in_order_without_gaps():
    hub = EventHub("run")
    for n in range(5):
        hub.emit(status(str(n)))
    events = hub.snapshot()
    assert [e.seq for e in events] == [1, 2, 3, 4, 5]
    assert {e.run_id for e in events} == {"run"}
    assert [e.ts for e in events] == sorted(e.ts for e in events)


def test_nothing_passes_after_the_end():
    hub = EventHub("run")
    hub.emit(CancelledEvent())
    hub.emit(status())
    hub.emit(ErrorEvent(code="x", message="late"))
    assert [e.type for e in hub.snapshot()] == ["cancelled"]
    assert hub.ended


def test_late_subscriber_gets_the_past_first():
    hub = EventHub("run")
    hub.emit(status("a"))
    seen = []
    stop = hub.subscribe(lambda e: seen.append(e.message))
    hub.emit(status("b"))
    stop()
    hub.emit(status("c"))
    assert seen == ["a", "b"]


def test_a_sink_that_raises_is_dropped_and_the_others_go_on(caplog):
    hub = EventHub("run")
    seen = []

    def broken(event):
        raise ValueError("no")

    hub.subscribe(broken)
    hub.subscribe(lambda e: seen.append(e.seq))
    with caplog.at_level(logging.ERROR, logger="insightx.hub"):
        hub.emit(status())
        hub.emit(status())
    assert seen == [1, 2]
    assert len(caplog.records) == 1


def test_many_threads_leave_no_gap():
    hub = EventHub("run")
    threads = [
        threading.Thread(target=lambda: [hub.emit(status()) for _ in range(200)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [e.seq for e in hub.snapshot()] == list(range(1, 1601))
    assert [e.seq for e in hub.snapshot(after=1598)] == [1599, 1600]
