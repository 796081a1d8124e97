"""The parts of the page that a clinician signs: its sections in their order, and the heads of its tables; the reader of pages knows them too."""

from __future__ import annotations

ABOUT = "The study"
OBJECTIVES = "What it is to find out"
COURSE = "Its course"
DOSE_TABLE = "What is given"
DECISIONS = "Who goes on, and what is decided"
VISIT_TABLE = "When visits are due"
LEFT_OPEN = "Questions that the text leaves open"
SIGNATURE = "Signature"
FRONT = (ABOUT, OBJECTIVES, COURSE, DOSE_TABLE, DECISIONS, VISIT_TABLE, LEFT_OPEN, SIGNATURE)
ANNEX = "Annex: every sentence of the study, from which the pages above are made"
SCHEDULE = "Schedule of activities"
UNDECIDED = "What the text leaves undecided"
UNCONFIRMED = "What is not confirmed"
STATEMENTS = "The statements"
SENTENCES = "What happens to a participant"
BREACHES = "What follows when an act is done against the rules"
LADDERS = "Levels of reduction"
DOSES = "Doses and premedication"
PREPARATIONS = "Preparations"
VISITS = "Visits"
AHEAD = "What is said of the days ahead"
PROPOSALS = "What is proposed when something happens"
CRITERIA = "Who may take part"
CONDITIONS = "Conditions that come back"
FOLLOWS = "What follows from what is recorded"
FORMS = "What is recorded"
ENDPOINTS = "What is analysed"
WORDS = "The names in quotes"
DIAGRAM = "The diagram"
SECTIONS = (
    *FRONT, SCHEDULE, UNDECIDED, UNCONFIRMED, STATEMENTS, SENTENCES, BREACHES, LADDERS, DOSES, PREPARATIONS, VISITS, AHEAD, PROPOSALS, CRITERIA, CONDITIONS, FOLLOWS,
    FORMS,
    ENDPOINTS, WORDS, DIAGRAM,
)  # fmt: skip
ABOUT_HEAD = ("About the study", "As the sources have it")
ABOUT_ROWS = {
    "full_title": "Full title", "short_title": "Short title", "sponsor": "Sponsor", "phase": "Phase", "design": "Design", "approval": "Approval",
    "amendment": "Original or amendment", "source": "Source of this",
}  # fmt: skip
IDENTIFIER, CODES = "Identifier", "Codes that begin with"
OBJECTIVES_HEAD = ("Objective", "What it asks", "Endpoints", "Source")
COURSE_HEAD = ("Where a participant is", "Part of the study", "Leads to")
ROLE_HEAD = ("Role", "Who it is", "The allocation", "Not shown to it either", "Drugs of the arms are called", "Source")
BLIND, OPEN_TO = "hidden from it", "shown to it"
DOSE_HEAD = ("Drug", "Amount", "When", "Route", "Source")
DECISION_HEAD = ("Decision or act", "What it is", "Allowed when", "Goes to", "Source")
VISIT_HEAD = ("Visit", "Target day", "Window", "Source")
ITEMS = ("Item", "Label", "Type", "Unit", "Range or codes", "Required", "Role", "CDASH", "Source")
LEVELS = ("Level", "Amount", "Due", "Rounded to the nearest", "In words")
MARKS = {"last": "comes last of its day", "shown": "is shown there as a deviation"}
MEANT = {
    "day_one": "Day 1", "enrolled": "The entry of enrolment", "cycle": "What counts the cycles begun", "course": "What counts the courses begun",
    "survival": "The endpoint of survival",
}  # fmt: skip
NAMES = {
    "phases": ("Phase", "Shown as", "Part", "Source", "Where no clock runs"),
    "events": ("Event", "Called", "Nature", "Marks", "Source", "Where no sentence speaks of it"),
    "variables": ("Name", "Kind", "Meaning", "Source"),
    "meant": ("What everything counts by", "Name"),
}
