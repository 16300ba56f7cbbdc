"""The commit of a working folder, asked of git in a way that runs nothing of the repository."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

TIMEOUT_S = 5
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# A repository may come from anybody, so no program that its configuration names is run. The user's
# and the system's configuration are the user's own, and may name the folders that git trusts.
HARMLESS = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.pager=cat"),
)
ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
}


def git_commit() -> str | None:
    """The commit of the folder that gilbench is run in; None where that is no repository."""
    try:
        reply = subprocess.run(
            ["git", *HARMLESS, "rev-parse", "--verify", "HEAD"],  # noqa: S607 - the user's own git
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
            env={**os.environ, **ENVIRONMENT},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    commit = reply.stdout.decode("ascii", "replace").strip()
    return commit if COMMIT.fullmatch(commit) else None


def commit_info(commit: str | None) -> dict[str, Any]:
    """What pytest-benchmark's file says of the commit, in its words.

    pytest-benchmark itself asks git whether files were changed, for which git runs whatever the
    configuration of the repository names; so that stays unknown.

    Args:
        commit: The commit; None where there is none.
    """
    return {
        "id": commit or "unversioned",
        "time": None,
        "author_time": None,
        "dirty": None,
        "project": Path.cwd().name,
        "branch": "(unknown)",
    }
