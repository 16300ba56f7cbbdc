"""How figures are drawn: style, layout, axes, series, panels, and their forms as SVG and PNG.

Whatever draws imports this package before matplotlib, which reads settings from the folder in which
it is imported, whoever that belongs to.
"""

import contextlib
from pathlib import Path

with contextlib.chdir(Path(__file__).parent):
    import matplotlib

matplotlib.rcdefaults()
