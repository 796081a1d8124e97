"""A small, complete study to begin from. `trialrun new NAME` copies this folder."""
