"""The package's links on PyPI, and the README with its links made absolute.

Both need the address of the repository: that in pyproject.toml, under
``[tool.hatch.metadata.hooks.custom]``, or while it is empty that in ``GILBENCH_ADDRESS``, which the
workflow of a release sets. Without one there are no links.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

RELATIVE = re.compile(r"(!?)(\[[^\]]*\]\()(?!https?://|#|mailto:)([^)\s]+)(\))")


def absolute(readme: str, address: str) -> str:
    """The README with its relative links leading to files of the repository, as PyPI needs them."""

    def lead(link: re.Match[str]) -> str:
        picture, opening, path, closing = link.groups()
        kind = "raw" if picture else "blob"
        return f"{picture}{opening}{address}/{kind}/main/{path}{closing}"

    return RELATIVE.sub(lead, readme)


def links(address: str) -> dict[str, str]:
    """The links that PyPI shows at the side."""
    return {
        "Source": address,
        "Documentation": f"{address}/tree/main/docs",
        "Changelog": f"{address}/blob/main/CHANGELOG.md",
        "Issues": f"{address}/issues",
    }


class ProjectMetadata(MetadataHookInterface):
    """Sets what is dynamic in pyproject.toml."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the README, and the links if there is an address."""
        address = self.config.get("address") or os.environ.get("GILBENCH_ADDRESS", "")
        address = address.rstrip("/")
        readme = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = absolute(readme, address) if address else readme
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        if address:
            metadata["urls"] = links(address)
