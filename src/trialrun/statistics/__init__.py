"""Survival analysis, competing risks, proportions and rates: functions on arrays that return frozen values, held against R."""
