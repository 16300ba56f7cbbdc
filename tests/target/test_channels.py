"""The channels: whatever is sent at one end comes out at the other, whole and in order, and nothing stays behind."""

import gc
import multiprocessing
import os
import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.bundle_code import run_in_bundle
from tests.target.probes.conftest import children_left, threads_left

from gilbench.target import registry
from gilbench.target.channels import shared_memory

PATIENCE_S = 120
FDS = "/proc/self/fd"
every_channel = pytest.mark.parametrize("name", registry.names("channel"))


@pytest.fixture
def link_of():
    """Open a channel by name, and close what was opened."""
    links = []

    def connect(name, size_bytes):
        channel = registry.load("channel", name)
        if channel.missing():
            pytest.skip(channel.missing())
        links.append(channel.connect(size_bytes))
        return links[-1]

    yield connect
    for link in links:
        link.close()


def carried(sender, receiver, messages):
    """What comes out at one end while the messages are sent at the other; two threads, for pipes fill up."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(lambda: [bytes(receiver.receive()) for _ in messages])
        for message in messages:
            sender.send(message)
        return coming.result(PATIENCE_S)


@every_channel
def test_messages_cross_whole_and_in_order(name, link_of, subtests):
    """Random bytes of the size that the channel was opened for, shorter ones and none at all, in both directions."""
    for size_bytes in (16, 5000, (3 << 20) + 7):
        with subtests.test(size_bytes=size_bytes):
            link, dice = link_of(name, size_bytes), random.Random(7)
            sizes = (size_bytes, 1, 0, size_bytes - 1, size_bytes)
            messages = [dice.randbytes(size) for size in sizes]
            assert carried(link.far, link.near, messages) == messages
            assert carried(link.near, link.far, messages) == messages


@every_channel
def test_many_small_messages_cross_in_order(name, link_of):
    """More messages than any buffer has places for."""
    link = link_of(name, 16)
    messages = [b"%16d" % number for number in range(3000)]
    assert carried(link.far, link.near, messages) == messages


@every_channel
def test_nothing_stays_behind(name, link_of):
    """A closed channel leaves no thread, no process and no file open."""
    registry.load("channel", name).connect(
        16
    ).close()  # what stays for good, a resource tracker, is there from now on
    gc.collect()  # what other tests left is closed before it is counted
    before = len(os.listdir(FDS)) if os.path.isdir(FDS) else None  # noqa: PTH112, PTH208 - a count of descriptors
    link = registry.load("channel", name).connect(1 << 20)
    carried(link.near, link.far, [b"one", b"two"])
    link.close()
    assert children_left() == []
    assert not threads_left()
    if before is not None and hasattr(multiprocessing.SimpleQueue, "close"):
        del link
        assert len(os.listdir(FDS)) == before  # noqa: PTH208


def test_a_queue_closes_though_nobody_takes_what_is_in_it():
    """The thread that feeds a queue is stuck in its pipe; closing ends it all the same."""
    link = registry.load("channel", "queue").connect(1 << 20)
    link.near.send(b"x" * (1 << 20))
    link.close()
    assert not threads_left()


def test_closing_ends_a_thread_that_waits_for_a_message():
    """Nobody can kill a thread: the empty message tells it to go."""
    link = registry.load("channel", "thread-queue").connect(16)
    waiting = threading.Thread(target=link.far.receive)
    waiting.start()
    link.close()
    waiting.join(PATIENCE_S)
    assert not waiting.is_alive()


def test_a_message_larger_than_the_block_goes_in_chunks(link_of):
    """Slots are never larger than a chunk, and a message of many chunks laps the block several times."""
    slots = shared_memory.make_slots(16 << 20)
    slots.block.close()
    slots.block.unlink()
    assert slots.chunk_bytes == shared_memory.CHUNK_BYTES
    assert slots.capacity * slots.chunk_bytes == shared_memory.BLOCK_BYTES < 3 << 20


def test_a_platform_without_shared_memory_says_so(monkeypatch):
    """The reason is a sentence, and the other channels are not touched by it."""
    monkeypatch.setitem(sys.modules, "multiprocessing.shared_memory", None)
    monkeypatch.delattr(multiprocessing, "shared_memory", raising=False)
    assert shared_memory.missing().startswith("this platform has no shared memory: ")
    assert registry.load("channel", "pipe").missing() is None


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_every_channel_reaches_a_peer_that_is_not_forked(method, target_bundle):
    """The ends pickle: a spawned and a served peer get and send every message, as a forked one does."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this platform has no start method {method}")
    code = (
        "import multiprocessing\n"
        f"multiprocessing.set_start_method({method!r})\n"
        "from gilbench.target import registry\n"
        "probe = registry.load('probe', 'messages')\n"
        "for channel in registry.names('channel'):\n"
        "    for mode in ('throughput', 'round-trip'):\n"
        "        observed = probe.run({'channel': channel, 'mode': mode, 'size_bytes': 300000, 'messages': 4})\n"
        "        print(channel, mode, observed.get('received'), observed.get('lost'))\n"
    )
    printed = run_in_bundle(code, target_bundle)
    expected = []
    for name in registry.names("channel"):
        expected += [f"{name} throughput 4 0", f"{name} round-trip 4 0"]
    assert printed.splitlines() == expected
