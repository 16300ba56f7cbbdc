"""The target bundle: a copy of ``gilbench.target``, which is all that a launch can see."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import gilbench
from gilbench.model import InputError, one_line

TARGET_VARIABLE = "GILBENCH_TARGET_DIR"


def make_target_bundle(folder: Path) -> Path:
    """Copy ``gilbench.target`` to a separate folder.

    ``GILBENCH_TARGET_DIR`` names another copy to take instead. An experiment swaps a workload in it
    for one that holds the GIL, and the verdicts must follow.

    Returns:
        The bundle, from which ``gilbench.target`` can be imported.

    Raises:
        InputError: The variable names a folder that holds no target package, or there is no room
            for the copy.
    """
    package = Path(gilbench.__file__).parent
    source = Path(os.environ.get(TARGET_VARIABLE) or package / "target")
    if not (source / "__main__.py").is_file():
        raise InputError(
            f"{source} holds no target package; unset {TARGET_VARIABLE} or point it at one"
        )
    bundle = folder / "bundle"
    no_caches = shutil.ignore_patterns("__pycache__")
    try:
        shutil.copytree(source, bundle / "gilbench" / "target", ignore=no_caches)
    except shutil.Error as error:  # of all files; the first says enough
        reason = one_line(str(error.args[0][0][-1]))
        raise InputError(
            f"what launches run cannot be copied to {folder} ({reason}); make room there, or name "
            "another folder for temporary files: TMPDIR=FOLDER gilbench …"
        ) from error
    root = f'"""What a launch sees of gilbench."""\n\n__version__ = "{gilbench.__version__}"\n'
    (bundle / "gilbench" / "__init__.py").write_text(root, encoding="utf-8")
    return bundle


def digest(target_bundle: Path) -> str:
    """A short digest of the names and the contents of every Python file in a bundle."""
    sha256 = hashlib.sha256()
    for path in sorted(target_bundle.rglob("*.py")):
        name, size = path.relative_to(target_bundle).as_posix(), path.stat().st_size
        sha256.update(f"{name}\0{size}\0".encode())
        sha256.update(path.read_bytes())
    return sha256.hexdigest()[:12]
