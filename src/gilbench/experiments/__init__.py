"""Experiments, one file a timed probe: the conditions that it is asked, and how its observations become numbers.

Claims and figures share these definitions, so that both show the same number under the same name. Each file has
``CONDITIONS`` and ``experiment(target)``; its other functions reduce what one launch observed.
"""
