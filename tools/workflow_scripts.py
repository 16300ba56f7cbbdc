"""Checks the scripts within workflows by shellcheck; ``python tools/workflow_scripts.py .github/workflows/*.yml``."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
# GitHub runs a script by bash -e; what an expression stands for is no matter of the shell
HEAD = "#!/usr/bin/env bash\nset -e\n"


def scripts(workflow: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The name and the script of each step that has one."""
    for job, content in workflow["jobs"].items():
        for number, step in enumerate(content.get("steps", ()), start=1):
            if "run" in step:
                yield f"{job}, step {number}", EXPRESSION.sub("expression", step["run"])


def findings(script: str, shellcheck: str) -> str:
    """What shellcheck says of a script; nothing if it is clean."""
    done = subprocess.run(
        [shellcheck, "--format=gcc", "-"],
        input=HEAD + script,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def main() -> int:
    """Print the findings in the files of the command line; exit code 1 where there are any."""
    shellcheck = Path(sys.executable).with_name("shellcheck")
    is_clean = True
    for name in sys.argv[1:]:
        workflow = YAML(typ="safe").load(Path(name).read_text(encoding="utf-8"))
        for place, script in scripts(workflow):
            if found := findings(script, str(shellcheck)):
                is_clean = False
                print(f"{name}: {place}\n{found}", end="")
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
