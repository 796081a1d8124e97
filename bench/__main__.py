"""Run every bench module in turn and print its rows: `python -m bench [--quick] [NAME ...]`."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from pathlib import Path


def main() -> int:
    """Run the chosen benches (all by default). A bench that lacks a peer says so in its rows."""
    quick = "--quick" in sys.argv
    chosen = [a for a in sys.argv[1:] if not a.startswith("-")]
    names = sorted(p.stem for p in Path(__file__).parent.glob("*_bench.py"))
    unknown = [c for c in chosen if f"{c}_bench" not in names]
    if unknown:
        print(f"no bench is called {unknown[0]!r}: there are {', '.join(n.removesuffix('_bench') for n in names)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, {platform.system()}")
    for name in names:
        if chosen and name.removesuffix("_bench") not in chosen:
            continue
        print(f"\n== {name.removesuffix('_bench')}", flush=True)
        rows = importlib.import_module(f"bench.{name}").run(quick=quick)
        for row in rows:
            print("  " + "  ".join(f"{key} {_said(value)}" for key, value in row.items() if value is not None), flush=True)
    return 0


def _said(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    raise SystemExit(main())
