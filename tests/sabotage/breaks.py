"""One deliberate break of the world for each claim, which turns the claim's verdict: what does not turn measures
nothing.

A break replaces a piece of text in one file of the target package. They are written for builds with the GIL.
"""

from __future__ import annotations

from tests.sabotage import breaks_of_behaviour, breaks_of_speed, breaks_of_trials

BREAKS = (*breaks_of_trials.BREAKS, *breaks_of_behaviour.BREAKS, *breaks_of_speed.BREAKS)
