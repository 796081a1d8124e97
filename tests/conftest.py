"""What the tests share: the parts that lie outside Python (R, a browser), and how their absence is told."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("MPLBACKEND", "Agg")

# The first call of compiled code is slow, which says nothing about the code: no deadline per example.
settings.register_profile("trialrun", deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("trialrun"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "trialrun")

R_PACKAGES = ("survival", "cmprsk", "nlme", "rpact")


def lacking(sentence):
    """Skip, or fail where TRIALRUN_REQUIRE_ALL=1 says that every part must be there."""
    if os.environ.get("TRIALRUN_REQUIRE_ALL") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def _rscript_path():
    path = shutil.which("Rscript")
    if path is None:
        return None
    wanted = ", ".join(f'"{name}"' for name in R_PACKAGES)
    question = f"quit(status = !all(sapply(c({wanted}), requireNamespace, quietly = TRUE)))"
    answer = subprocess.run([path, "--vanilla", "-e", question], capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
    return path if answer.returncode == 0 else None


@pytest.fixture
def rscript(_rscript_path):
    """The path of Rscript, with the packages survival, cmprsk, nlme and rpact there to be loaded."""
    return _rscript_path or lacking(f"R with its packages {', '.join(R_PACKAGES)} is not installed: run make setup-r")


@pytest.fixture(scope="module")
def chromium():
    """The path of a Chromium browser."""
    usual = Path("/usr/bin/chromium")
    path = str(usual) if usual.exists() else shutil.which("chromium") or shutil.which("chromium-browser")
    return path or lacking("Chromium is not installed: run make setup-browser")


@pytest.fixture(scope="module")
def browser(chromium):
    """A started browser of Playwright; `browser.new_page()` opens a page. It ends with the test module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture
def standards(request):
    """The folder ../shared/standards beside the checkout, with the conformance material, which is never part of the project.

    It cannot be fetched by a verb, so a test without it is always skipped."""
    folder = request.config.rootpath.parent / "shared" / "standards"
    if not folder.is_dir():
        pytest.skip("The conformance material, ../shared/standards beside the checkout, is not there.")
    return folder
