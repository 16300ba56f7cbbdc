"""Looks the pinned dependencies up among known vulnerabilities; fails only if one is known.

It needs pip-audit and a service that knows them: that of the package index, or else OSV's. Where none answers, as on a
machine without a network, it says so and passes: whether a release is vulnerable does not depend on the machine that
asks.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PATIENCE_S = 300.0  # for each service
SERVICES = ("pypi", "osv")
WORDS = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json")


class NoAnswer(Exception):
    """A service did not answer, or knows nothing; the message says which one and why."""


def main(pip_audit: str, constraints: str, *options: str) -> int:
    """Audit.

    Args:
        pip_audit: The program.
        constraints: The file that pins the dependencies.
        options: What the program is given besides, such as ``--osv-url``.

    Returns:
        1 if one of them has a known vulnerability.
    """
    refusals = []
    for service in SERVICES:
        words = [pip_audit, "--vulnerability-service", service, "--requirement", constraints]
        try:
            return report(service, audited([*words, *WORDS, *options], service))
        except NoAnswer as error:
            refusals.append(str(error))
    print(f"warning: not audited: {'; '.join(refusals)}")
    return 0


def audited(words: list[str], service: str) -> list[dict[str, Any]]:
    """The dependencies that a service knows, with what is known of each.

    Raises:
        NoAnswer: It knows none, or gave no answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        reply = Path(folder) / "reply.json"
        try:
            subprocess.run(
                [*words, "--output", str(reply)],
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
            dependencies = json.loads(reply.read_text(encoding="utf-8"))["dependencies"]
        except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            raise NoAnswer(f"{service} gave no answer ({type(error).__name__})") from error
    known = [dependency for dependency in dependencies if "vulns" in dependency]
    if not known:
        raise NoAnswer(f"{service} knows none of {len(dependencies)} dependencies")
    return known


def report(service: str, known: list[dict[str, Any]]) -> int:
    """Name what is vulnerable; returns 1 if anything is."""
    vulnerable = [dependency for dependency in known if dependency["vulns"]]
    for dependency in vulnerable:
        for vulnerability in dependency["vulns"]:
            fixed = ", ".join(vulnerability.get("fix_versions", [])) or "no release yet"
            print(
                f"{dependency['name']} {dependency['version']}: {vulnerability['id']}, fixed in {fixed}"
            )
    print(f"{len(known)} dependencies audited by {service}, {len(vulnerable)} vulnerable")
    return int(bool(vulnerable))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
