"""Experiments, one file per timed probe: its conditions, and how its observations become numbers.

Claims and figures share these definitions, so that both show the same number under the same name.
Each file has ``CONDITIONS`` and ``experiment(target)``; its other functions reduce what one launch
observed. What a run observed under other conditions is not read as if it were under these.

To import a file is cheap, for whoever only explains a claim: the records of ``gilbench.model`` are
named as ``model.Experiment``, which loads them on first use, and libraries are imported within the
functions that call them.
"""
