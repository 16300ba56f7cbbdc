"""A notebook that is run by a real kernel: functions of its cells are measured, and Jupyter shows the answers."""

import os
import sys

import pytest

nbformat = pytest.importorskip("nbformat", reason="needs nbclient and ipykernel: a real Jupyter")
nbclient = pytest.importorskip("nbclient", reason="needs nbclient and ipykernel: a real Jupyter")
pytest.importorskip("ipykernel", reason="needs nbclient and ipykernel: a real Jupyter")

CELLS = (
    """
import gilbench
import sys

sys.modules["cloudpickle"] = None  # whether or not it is installed: by source
SIZE = 2000

def square(n):
    return n * n

def loop(size=SIZE):
    return sum(square(n) for n in range(size))
""",
    "gilbench.advise(loop, budget_s=4)",
    "measured = gilbench.measure(loop, (500,), strategies=['thread'], budget_s=3)\nmeasured",
    "gilbench.load(measured.folder).verdicts",
)


@pytest.mark.slow
def test_functions_of_cells_are_measured_and_shown(tmp_path):
    """As source, with what they use; the outputs are HTML for Jupyter, and tables of pandas."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    client.execute(env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)})
    shown = [cell.outputs[-1].data for cell in notebook.cells[1:]]
    assert "shipped as source, with SIZE, square" in shown[0]["text/html"]
    assert "<table>" in shown[0]["text/html"] and "loop() on" in shown[0]["text/plain"]
    assert "<td>thread</td>" in shown[1]["text/html"]
    assert "call/strategy" in shown[2]["text/html"]
