"""The documentation as a site: every page has its place in it, every name of the front door its reference, and it builds strictly."""

import os
import re
import subprocess
from pathlib import Path

import pytest

import trialrun

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
NAV = re.findall(r"^ +- ([\w/.-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_page_has_its_place_in_the_site():
    pages = {str(p.relative_to(DOCS)) for p in DOCS.rglob("*.md")}
    assert set(NAV) <= pages and len(NAV) == len(set(NAV))
    left_out = {p for p in pages - set(NAV) if not re.match(r"decisions/\d{4}-", p)}
    assert left_out == set(), "give the page a line in the nav of mkdocs.yml"


def test_the_site_asks_for_nothing_from_elsewhere():
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in text and "http" not in text


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_site_is_built_with_the_reference_of_the_front_door(tmp_path):
    run = subprocess.run(
        ["make", "--no-print-directory", "docs", f"ARGS=--site-dir {tmp_path}/site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    page = (tmp_path / "site" / "reference" / "front-door.html").read_text(encoding="utf-8")
    for name in trialrun.__all__:
        assert f'id="trialrun.front.{name}"' in page
    assert "Raises" in page and "maintenance-two-arm" in page
    for made in (tmp_path / "site").rglob("*.html"):
        loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', made.read_text(encoding="utf-8"))
        assert loaded == [], f"{made.name} loads {loaded}"
