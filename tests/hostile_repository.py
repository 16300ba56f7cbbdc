"""A repository whose configuration names a program wherever git would run one."""

import subprocess
from pathlib import Path

GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@b")
NAMING = (
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.editor",
    "diff.external",
    "filter.trap.clean",
    "filter.trap.smudge",
    "gpg.program",
)


def make_repository(folder: Path) -> Path:
    """Make one, with a commit and a change since then.

    Returns:
        A file that is there once one of the programs has run.
    """
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    tracked = folder / ".tracked"
    tracked.write_text("one")
    (folder / ".gitattributes").write_text("* filter=trap\n")
    subprocess.run([*GIT, "add", "-A"], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "x"], cwd=folder, check=True)
    tracked.write_text("two")
    trap, sprung = folder / ".git" / "trap", folder / ".git" / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\ncat\n")
    trap.chmod(0o755)
    for name in NAMING:
        subprocess.run(["git", "config", name, str(trap)], cwd=folder, check=True)
    subprocess.run(["git", "config", "log.showSignature", "true"], cwd=folder, check=True)
    return sprung
