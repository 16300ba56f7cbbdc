"""Describes a session: the host, the interpreter, the commit and the versions of all tools."""

from __future__ import annotations

import os
import platform
import subprocess
import time

from tools.selfbench.bench import ROOT
from tools.selfbench.model import OURS, Session
from tools.selfbench.peers import Peers

from gilbench import __version__
from gilbench.measure.host import inspect


def begin_session(peers: Peers, minutes: float) -> Session:
    """Describe a session that begins now."""
    now = time.gmtime()
    return Session(
        id=time.strftime("%Y%m%dT%H%M%SZ", now),
        began_utc=time.strftime("%Y-%m-%d %H:%M", now),
        host=_host(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        commit=_commit(),
        load=round(os.getloadavg()[0], 2),
        versions={OURS: __version__, **peers.versions()},
        minutes=minutes,
    )


def _host() -> str:
    """Processor, cores, memory and kernel in one line."""
    host = inspect()
    kind = ", a virtual machine" if host.virtualised else ""
    return (
        f"{host.model}, {host.usable_cores} cores{kind}, {platform.system()} {platform.release()}"
    )


def _commit() -> str:
    """The commit of gilbench, with a + where files are changed."""

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    commit = git("rev-parse", "--short", "HEAD") or "unknown"
    return commit + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")
