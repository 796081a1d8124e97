"""TrialRun is an executable clinical study: one definition that is checked, run, simulated, analysed and exported."""

__version__ = "0.1.0"

from .compiled_cache import choose_place as _choose_place

_choose_place()
