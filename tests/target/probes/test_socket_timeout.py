"""The probe of timeouts on sockets: where it runs, and what it reports."""

import pytest
from tests.target.probes.conftest import children_left

from gilbench.target.probes import socket_timeout, wakeup

PARAMS = {"load": "threads", "workers": 1, "interval_s": 0.001, "samples": 3, "gap_s": 0.005}


@pytest.mark.parametrize("timeout", [False, True])
def test_large_messages_are_met_asleep(monkeypatch, timeout):
    """Alongside one thread that computes, with a timeout and without; however late they are on a crowded host."""
    for name in ("PATIENCE_S", "LOST_AFTER_S", "GIVE_UP_S"):
        monkeypatch.setattr(wakeup, name, 60.0)
    observed = socket_timeout.PROBE.run({**PARAMS, "timeout": timeout, "message_bytes": 128 << 10})
    assert len(observed["latency_ns"]) == 3 and observed["beside"] == 1
    assert children_left() == []


def test_a_platform_without_unix_sockets_says_so(monkeypatch):
    """The claim does not apply there."""
    monkeypatch.delattr(socket_timeout.socket, "AF_UNIX")
    reason = socket_timeout.PROBE.missing()
    assert reason is not None and "Unix sockets" in reason
