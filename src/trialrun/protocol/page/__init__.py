"""The page a clinician signs: a study as sentences, schedule of activities and diagram."""
