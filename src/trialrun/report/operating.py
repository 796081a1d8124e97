"""Operating characteristics as files: JSON data, tables, and a picture of the published figures beside the trials."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ..analysis.trials.operating import OperatingCharacteristics
from ..analysis.trials.operating_words import rows, span_said
from ..disk import whole_folder
from .csv_text import csv_of
from .figures.forest import Row, forest_figure
from .figures.style import as_svg

VERB = "operating-characteristics"


def write_operating(folder: Path, o: OperatingCharacteristics) -> list[Path]:
    """Write `operating.json`, `operating-power.csv`, `-estimates.csv`, `-figures.csv` and `-arms.csv`, and `operating-figures.svg`, all or none.

    Returns their paths. Raises disk.Occupied where one of the names is somebody else's.
    """
    import polars as pl

    with whole_folder(folder, VERB, ("operating.json",)) as work:
        names = ["operating.json"]
        (work / names[0]).write_text(json.dumps(o.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for name, table in rows(o).items():
            if table:
                names.append(f"operating-{name}.csv")
                (work / names[-1]).write_text(csv_of(pl.DataFrame(table, infer_schema_length=None)), encoding="utf-8")
        drawing = picture(o)
        if drawing is not None:
            names.append("operating-figures.svg")
            (work / names[-1]).write_text(as_svg(drawing, "operating", "Published figures and replicate trials"), encoding="utf-8")
    return [folder / name for name in names]


def picture(o: OperatingCharacteristics) -> Any:
    """The published figures in per cent beside the scatter over trials; None where there is none."""
    shown = [s for s in o.figures if s.figure.unit == "%" and math.isfinite(s.mean)]
    if not shown:
        return None
    found = [
        Row(
            s.figure.name + ("" if s.figure.confirmed else " *"), s.mean, s.low, s.high, f"{s.figure.value:g}; {s.mean:.1f} ({span_said(s.low, s.high)})",
            (s.figure.value, math.nan if s.figure.low is None else s.figure.low, math.nan if s.figure.high is None else s.figure.high),
        )
        for s in shown
    ]  # fmt: skip
    return forest_figure(found, "per cent; lines over trials hold 95 % of them", (0.0, 100.0), names=("Trials", "Published"))
