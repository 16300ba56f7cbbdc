"""What a trial finds of a function before a run: its share of time with the GIL, what handing it over takes."""

import pytest

TRIED = """
    import hashlib, threading, time

    LOCK = threading.Lock()
    BUFFER = bytes(1 << 20)

    def holds():
        return sum(n * n for n in range(20_000))

    def releases():
        return hashlib.sha256(BUFFER).digest()

    def locked():
        with LOCK:
            time.sleep(0.004)

    def rows(index):
        return [(n, str(n)) for n in range(20_000)]

    nameless = lambda: 5

    class Parser:
        def __init__(self):
            self.lock = threading.Lock()

        def parse(self):
            return 5
"""


@pytest.mark.parametrize(
    ("function", "least", "most"), [("holds", 0.5, 1.0), ("releases", 0, 0.5), ("locked", 0, 0.5)]
)
def test_the_share_with_the_gil_is_measured(admitted, function, least, most):
    """A lock of the function leaves the GIL free."""
    assert least <= admitted(TRIED, function).own.holds_gil <= most


def test_what_handing_over_takes_is_measured(admitted):
    """Rows cost more than a digest; neither is refused."""
    rows, digest = admitted(TRIED, "rows"), admitted(TRIED, "releases", "other.py")
    assert rows.own.pickled_s > 10 * digest.own.pickled_s > 0
    assert rows.own.unpicklable == digest.own.unpicklable == ""


@pytest.mark.parametrize("function", ["nameless", "Parser.parse"])
def test_what_cannot_be_pickled_says_why(admitted, function):
    """A lambda, and a method whose object has a lock."""
    own = admitted(TRIED, function).own
    assert own.unpicklable.startswith("the call cannot be pickled: ")
    assert "\n" not in own.unpicklable


SPAWNS = """
    import multiprocessing

    def square(n):
        return n * n

    def squares():
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            return pool.map(square, range(4))
"""


def test_a_child_that_is_spawned_finds_the_functions_module(admitted):
    """It imports the file by its own name."""
    assert admitted(SPAWNS, "squares").name == "mine-squares"


def test_a_file_whose_name_means_another_module_is_measured(admitted):
    """One of the standard library's is not replaced."""
    entry = admitted(
        "import colorsys, random\ndef task():\n    assert random.random\n    return colorsys.TWO_THIRD",
        name="random.py",
    )
    assert entry.name == "random"


def test_a_file_of_a_package_imports_relatively(admitted, tmp_path):
    """Its packages are imported before it."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "rates.py").write_text("RATE = 3\n")
    source = "from .rates import RATE\ndef task():\n    assert __name__ == 'shop.mine'\n    return RATE\n"
    assert admitted(source, name="shop/mine.py").name == "mine"


def test_a_declared_workload_says_itself_what_it_returns(admitted):
    """Its tasks return numbers, and are handed names."""
    entry = admitted(
        """
        from gilbench.target.registry import Workload

        def task(index, params):
            return index

        WORKLOAD = Workload("mine", "cpu", "counts", task, {"size": 1}, size_unit="n", size_step=1)
        """
    )
    assert (entry.own.pickled_s, entry.own.unpicklable) == (0.0, "")
