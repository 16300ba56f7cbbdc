"""Looks the pinned dependencies up among known vulnerabilities; fails only if one is known.

It needs pip-audit and the package index. Where these cannot be had, as on a machine without a network, it says so and
passes: whether a release is vulnerable does not depend on the machine that asks.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

PATIENCE_S = 300.0


def main(pip_audit: str, constraints: str) -> int:
    """Audit.

    Args:
        pip_audit: The program.
        constraints: The file that pins the dependencies.

    Returns:
        1 if one of them has a known vulnerability.
    """
    with tempfile.TemporaryDirectory() as folder:
        reply = Path(folder) / "reply.json"
        words = [
            "--requirement",
            constraints,
            "--no-deps",
            "--disable-pip",
            "--progress-spinner",
            "off",
        ]
        try:
            done = subprocess.run(
                [pip_audit, *words, "--format", "json", "--output", str(reply)],
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
            dependencies = json.loads(reply.read_text(encoding="utf-8"))["dependencies"]
        except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            return warn(f"{pip_audit} gave no answer ({type(error).__name__})")
    audited = [dependency for dependency in dependencies if "vulns" in dependency]
    vulnerable = [dependency for dependency in audited if dependency["vulns"]]
    for dependency in vulnerable:
        for found in dependency["vulns"]:
            fixed = ", ".join(found.get("fix_versions", [])) or "no release yet"
            print(f"{dependency['name']} {dependency['version']}: {found['id']}, fixed in {fixed}")
    if not audited:
        return warn(
            f"the index knows none of {len(dependencies)} dependencies (exit code {done.returncode})"
        )
    print(
        f"{len(audited)} of {len(dependencies)} dependencies audited, {len(vulnerable)} vulnerable"
    )
    return int(bool(vulnerable))


def warn(why: str) -> int:
    """Say that nothing was audited; returns the exit code for that."""
    print(f"warning: not audited: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
