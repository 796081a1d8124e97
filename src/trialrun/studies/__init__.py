"""The studies that ship with TrialRun, one folder of plain values each, with their frozen versions beside them."""
