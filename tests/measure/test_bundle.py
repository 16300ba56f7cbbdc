"""The target bundle: what it holds, and a variable that points at no target package."""

import shutil

import pytest

from gilbench.measure.bundle import TARGET_VARIABLE, digest, make_target_bundle
from gilbench.model import InputError


@pytest.mark.parametrize("place", ["nowhere", "."])
def test_a_target_folder_without_a_package_is_an_input_error(tmp_path, monkeypatch, place):
    """The variable that swaps the package must point at one."""
    monkeypatch.setenv(TARGET_VARIABLE, str(tmp_path / place))
    with pytest.raises(InputError, match=f"holds no target package; unset {TARGET_VARIABLE}"):
        make_target_bundle(tmp_path / "bundle")


def test_a_full_disk_is_told_of_once(tmp_path, monkeypatch):
    """And not once for every file that could not be copied."""

    def copy(*_, **__):
        problem = "[Errno 28] No space left on device: 'a'"
        raise shutil.Error([("a", "b", problem), ("c", "d", problem)])

    monkeypatch.setattr(shutil, "copytree", copy)
    with pytest.raises(InputError, match=r"No space left on device.*make room there") as caught:
        make_target_bundle(tmp_path)
    assert str(caught.value).count("No space left") == 1


def test_a_bundle_holds_the_target_package_and_nothing_else(tmp_path):
    """What an interpreter under test can import of gilbench is the target package: nothing of the parent side."""
    target_bundle = make_target_bundle(tmp_path)
    assert {path.name for path in target_bundle.iterdir()} == {"gilbench"}
    assert {path.name for path in (target_bundle / "gilbench").iterdir()} == {
        "__init__.py",
        "target",
    }
    assert "import" not in (target_bundle / "gilbench" / "__init__.py").read_text(encoding="utf-8")
    assert not list(target_bundle.rglob("*.pyc"))


def test_the_digest_changes_with_names_and_contents(tmp_path):
    """Two bundles of the same files have the same digest; a changed or renamed file gives another."""
    first, second = (make_target_bundle(tmp_path / name) for name in ("first", "second"))
    assert digest(first) == digest(second)
    workload = second / "gilbench" / "target" / "workloads" / "fnv1a.py"
    source = workload.read_text(encoding="utf-8")
    workload.write_text(source.replace("0", "1"), encoding="utf-8")  # as many bytes as before
    changed = digest(second)
    workload.rename(workload.with_name("fnv1b.py"))  # at the same place in the order
    assert len({digest(first), changed, digest(second)}) == 3
