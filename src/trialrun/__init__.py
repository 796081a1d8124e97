"""TrialRun is an executable clinical study: one definition that is checked, run, simulated, analysed and exported."""

__version__ = "0.1.0"
