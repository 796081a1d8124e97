"""The read-out of six hand-written participants, line by line. TRIALRUN_GOLDEN=reset writes it anew: then read the difference."""

import os
import re
from pathlib import Path

import pytest
from tests.spec.readout_journals import journals

from trialrun.analysis.datasets import datasets
from trialrun.analysis.results.readout import read_out
from trialrun.journey.ready import make_ready
from trialrun.studies.mt103_211.study import MT103_211

GOLDEN = Path(__file__).with_name("readout.txt")


@pytest.fixture(scope="module")
def readout():
    ready = make_ready(MT103_211)
    return read_out(datasets(ready, journals(), 735_800), ready)


def test_the_read_out_reads_as_before(readout):
    text = re.sub(r"fingerprint \w+…", "fingerprint …", readout.as_text()) + "\n"
    if os.environ.get("TRIALRUN_GOLDEN") == "reset":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_by_hand(readout):
    """Counted by hand from the six fates."""
    e = readout.estimates
    assert [(e[k].reached, e[k].n) for k in ("CR/CRh*", "CR", "CRh*")] == [(3, 6), (2, 6), (1, 6)]
    assert [(e[k].reached, e[k].n) for k in ("MRD response", "MRD response of responders")] == [(2, 6), (2, 3)]
    assert (e["HSCT in remission"].reached, e["HSCT of responders"].n) == (1, 3)
    assert sorted(zip(e["OS"].time.tolist(), e["OS"].status.tolist(), strict=True)) == [
        (10, 0),
        (16, 1),
        (120, 1),
        (140, 1),
        (260, 1),
        (1100, 0),
    ]
    assert sorted(zip(e["RFS"].time.tolist(), e["RFS"].status.tolist(), strict=True)) == [(70, 1), (122, 1), (338, 0)]
    assert sorted(zip(e["RFS censored at HSCT"].time.tolist(), e["RFS censored at HSCT"].status.tolist(), strict=True)) == [
        (67, 0),
        (70, 1),
        (122, 1),
    ]
    assert e["relapse or death"].events == (1, 1)
    assert sorted(e["EFS"].time.tolist()) == [0, 0, 0, 140, 150, 366]
    assert readout.cycles == ((1, 2), (2, 3), (3, 1))
    given = readout.exposure["amount given"]
    assert (given.low, given.high) == (7 * 9 + 2 * 28, 651 + 2 * 784)
    assert readout.exposure["days with drug"].high == 84
