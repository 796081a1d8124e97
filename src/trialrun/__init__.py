"""TrialRun is an executable clinical study: one definition that is checked, run, simulated, analysed and exported.

The names of the front door are loaded when they are first used; each has its documentation (`help(trialrun.walk)`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .compiled_cache import choose_place as _choose_place

if TYPE_CHECKING:
    from .front import (
        analyse,
        calendar,
        check,
        datasets,
        explain,
        freeze,
        load,
        page,
        read_journal,
        schema,
        simulate,
        version,
        walk,
        write_analysis,
    )

__version__ = "0.1.0"
__all__ = [
    "load", "check", "page", "freeze", "calendar", "read_journal", "walk", "simulate", "datasets", "analyse", "write_analysis", "explain", "schema",
    "version",
]  # fmt: skip

_choose_place()


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'trialrun' has no attribute {name!r}: it has {', '.join(__all__)}")
    from importlib import import_module

    value = getattr(import_module(".front", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
