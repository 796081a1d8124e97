"""The check: what can be wrong with a study, found before the first participant, each finding with the shortest way there."""
