"""What PyPI will show: with an address every link of the README leads there, and without one it stays as it is."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDRESS = "https://example.org/owner/gilbench"


@pytest.fixture(scope="module")
def hook():
    """The build's hook as a module."""
    pytest.importorskip("hatchling", reason="hatchling is installed for builds only")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_link_of_the_readme_is_relative_with_an_address(hook):
    """Each leads to a file that there is, pictures to the files themselves."""
    readme = hook.absolute((ROOT / "README.md").read_text(encoding="utf-8"), ADDRESS)
    links = re.findall(r"\]\(([^)\s]+)\)", readme)
    assert [link for link in links if not link.startswith("https://")] == []
    ours = [link.removeprefix(f"{ADDRESS}/") for link in links if link.startswith(ADDRESS)]
    assert len(ours) > 5
    for link in ours:
        kind, branch, path = link.split("/", 2)
        assert (kind == "raw") == path.endswith(".png")
        assert branch == "main"
        assert (ROOT / path.partition("#")[0]).exists()


@pytest.mark.parametrize(("address", "of_release"), [("", ""), (ADDRESS, ""), ("", ADDRESS)])
def test_the_links_appear_with_an_address(hook, monkeypatch, address, of_release):
    """At the side and in the README, whether pyproject.toml or the workflow of a release has it."""
    monkeypatch.setenv("GILBENCH_ADDRESS", of_release)
    address_set = bool(address or of_release)
    metadata = {}
    hook.ProjectMetadata(str(ROOT), {"address": address}).update(metadata)
    assert metadata.get("urls", {}).get("Source") == (ADDRESS if address_set else None)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (metadata["readme"]["text"] == readme) != address_set
