"""Thousands of trials: the same estimates over replicates, and what a design does on the average."""
