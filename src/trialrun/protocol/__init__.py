"""The language of studies, its meaning, its table and its check; imports nothing else of TrialRun."""
