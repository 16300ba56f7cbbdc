"""What a killed scenario left behind is removed by the next one, and nothing that somebody else made."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tools.namespaces import why_none
from tools.net_record import INTERFACES, NAMESPACES, NetRecord, ip

CODE = """
import os, signal, subprocess, sys
from pathlib import Path
from tools.net_record import NetRecord, ip
folder, space, link = sys.argv[1:]
record = NetRecord("test", Path(folder)).__enter__()
record.add("netns", space)
record.add("link", link, "type", "veth", "peer", "name", "eth0", "netns", space)
words = ["ip", "netns", "exec", space, "sleep", "600"]
sleeper = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while not ip("netns", "pids", space):
    pass
print(sleeper.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def namespaces_can_be_made():
    if reason := why_none():
        pytest.skip(reason)


def killed(folder: Path, space: str, link: str) -> int:
    """Leaves a namespace with a process in it, and an interface; the process."""
    command = [sys.executable, "-c", CODE, str(folder), space, link]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return int(done.stdout)


def is_over(pid: int) -> bool:
    """Whether a process has ended, once it has had the time to."""
    try:
        process = psutil.Process(pid)
        process.wait(timeout=60)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def test_what_a_killed_one_made_is_removed(tmp_path):
    """With the processes in it, before the next one makes its own of the same names."""
    space, link = f"gbs{os.getpid()}", f"gbl{os.getpid()}"
    process = killed(tmp_path, space, link)
    assert (NAMESPACES / space).exists()
    assert (INTERFACES / link).exists()
    with NetRecord("test", tmp_path) as record:
        assert not (NAMESPACES / space).exists()
        assert not (INTERFACES / link).exists()
        assert is_over(process)
        record.add("netns", space)
        record.add("link", link, "type", "veth", "peer", "name", "eth0", "netns", space)
    assert not (NAMESPACES / space).exists()
    assert not (INTERFACES / link).exists()


def test_what_somebody_else_made_stays(tmp_path):
    """It has the name that is written down, and another number of the kernel; whoever wants the name is told."""
    link = f"gbl{os.getpid()}"
    ip("link", "add", link, "type", "bridge")
    try:
        (tmp_path / "gilbench-test").write_text(f"link {link} 1\n")
        with NetRecord("test", tmp_path) as record:
            assert (INTERFACES / link).exists()
            with pytest.raises(
                subprocess.SubprocessError, match=f"ip link add {link}.*File exists"
            ):
                record.add("link", link, "type", "bridge")
        assert (INTERFACES / link).exists()
    finally:
        ip("link", "del", link)
