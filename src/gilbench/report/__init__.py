"""The files of a run's folder that are derived from its journal: tables, figures and pages."""

import os

# Figures are drawn into files, whatever backend a notebook wants; an unknown one is an error.
os.environ.pop("MPLBACKEND", None)
