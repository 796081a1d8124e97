"""Covariates as a matrix with names: from an array, from columns by name, or from a table of pandas or polars.

A column of text, or a categorical one, becomes an indicator of each level but the first, as a factor does in R.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from trialrun.statistics.inputs import as_numbers, refuse_missing, unwrap

PLAIN = tuple(f"x{k + 1}" for k in range(20))


def read_covariates(covariates, n, names=None):
    """Names (p,) and a contiguous float64 matrix (n, p); ValueError for other lengths, dates, or no covariate at all.

    Whether the numbers are finite is left to the caller.
    """
    if type(covariates) is not np.ndarray:
        columns = _columns(covariates)
        if columns is not None:
            return _by_name(columns, n, names)
    x = as_numbers(covariates, "covariates")
    if x.ndim == 1 and x.size == n:
        x = x.reshape(n, 1)
    if x.ndim != 2 or x.shape[0] != n:
        raise ValueError(f"covariates have shape {x.shape}, but there are {n} rows: give one row per participant or interval")
    p = x.shape[1]
    if names is None and p > 0:
        return PLAIN[:p] if p <= len(PLAIN) else tuple(f"x{k + 1}" for k in range(p)), x
    return _named(() if names is None else names, p), x


def _columns(covariates):
    """(name, column) pairs of a mapping, a table or a named Series; None for an array or a list."""
    if isinstance(covariates, Mapping):
        return list(covariates.items())
    if hasattr(covariates, "columns") and hasattr(covariates, "__getitem__"):
        if len(set(covariates.columns)) < len(list(covariates.columns)):
            raise ValueError("two columns of the table have one name: rename one of them")
        return [(str(name), covariates[name]) for name in covariates.columns]
    name = getattr(covariates, "name", None)
    return [(name, covariates)] if isinstance(name, str) and name else None


def _by_name(columns, n, names):
    labels, pieces = [], []
    for name, column in columns:
        levels = _levels(column, name)
        for label, values in [(name, as_numbers(column, f"covariate {name}"))] if levels is None else levels:
            if values.shape != (n,):
                raise ValueError(f"covariate {name} has shape {values.shape}, but there are {n} rows: give one row per participant")
            labels.append(label)
            pieces.append(values)
    x = np.empty((n, len(pieces)))
    for k, piece in enumerate(pieces):
        x[:, k] = piece
    return _named(labels if names is None else names, len(pieces)), x


def _levels(column, name):
    """An indicator by level but the first of a column of text or categories; None for numbers."""
    if type(column) is np.ndarray and column.dtype.kind in "fiub":
        return None
    order = _categories(column)
    array = unwrap(column, f"covariate {name}")
    if order is None and not any(isinstance(value, str) for value in (array.ravel().tolist() if array.dtype.kind in "UO" else ())):
        return None
    refuse_missing(array, f"covariate {name}")
    present = set(array.ravel().tolist())
    try:
        levels = sorted(present) if order is None else [level for level in order if level in present]
    except TypeError:
        raise ValueError(f"covariate {name} mixes text and numbers: give values of one kind") from None
    return [(f"{name} {level}", (array == level).astype(np.float64)) for level in levels[1:]]


def _categories(column):
    """The levels of a categorical of pandas or polars in their order, None for anything else."""
    kind: Any = getattr(column, "dtype", None)
    return list(kind.categories) if type(kind).__name__ in ("CategoricalDtype", "Enum") else None  # of pandas; of polars


def _named(names, p):
    names = (names,) if isinstance(names, str) else tuple(str(name) for name in names)
    if len(names) != p or p == 0:
        raise ValueError(f"{len(names)} names for {p} covariates: give one name for each, and at least one covariate")
    if len(set(names)) < p:
        raise ValueError("two covariates have one name: rename one of them")
    return names
