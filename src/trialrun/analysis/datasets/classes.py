"""Which class a word of an assessment means: what the journey knows of it, for the results."""

from ...journey.classes import class_words, plain

__all__ = ["class_words", "plain"]
