"""Where compiled kernels and the list of fonts are kept between runs: beside the code, else in the user's cache, else in a temporary place of one's own.

A read-only installation without a home has neither of the first two, and the compiler would refuse to start. Nothing here loads the compiler,
unless there is no place at all: then it is told to keep nothing.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

NAMED = "NUMBA_CACHE_DIR"
FONTS = "MPLCONFIGDIR"
PACKAGE = Path(__file__).resolve().parent
CURE = f"set {NAMED} to a folder that can be written into, to have it kept there"
said: list[str] = []  # what a person may want to know about the place, once the compiler has been used


def choose_place() -> None:
    """Name places in the environment, where the compiler, or the drawing of figures, would find none by itself."""
    home = Path(os.path.expanduser("~"))
    if not os.environ.get(FONTS) and not _writable(Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "matplotlib"):
        if (place := _own_place()) is not None:
            os.environ[FONTS] = str(place)
    if os.environ.get(NAMED) or _writable(PACKAGE / "statistics" / "__pycache__") or _writable(_user_cache(home)):
        return
    if (place := _own_place()) is None:
        _keep_nothing()
        said.append(f"there is no place to keep compiled code: every run compiles anew; {CURE}")
        return
    os.environ[NAMED] = str(place)
    said.append(f"the installation is read-only and there is no home: compiled code is kept in {place}; {CURE}")


def _user_cache(home: Path) -> Path:
    """The user's cache folder, as the compiler takes it."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "")) / "numba"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "numba"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "numba"


def _writable(place: Path) -> bool:
    """Whether a folder can be written into, or be made."""
    for folder in (place, *place.parents):
        if folder.exists():
            return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return False


def _own_place() -> Path | None:
    """A folder in the system's temporary one that nobody else can write into; None where there is none. What is kept there is executed."""
    try:
        place = Path(tempfile.gettempdir()) / f"trialrun-compiled-{os.getuid() if hasattr(os, 'getuid') else 'own'}"
        place.mkdir(mode=0o700, exist_ok=True)
        told = place.lstat()
        own = not hasattr(os, "getuid") or (told.st_uid == os.getuid() and not told.st_mode & 0o077)
        return place if stat.S_ISDIR(told.st_mode) and own and os.access(place, os.W_OK) else Path(tempfile.mkdtemp(prefix="trialrun-"))
    except OSError:
        return None


def _keep_nothing() -> None:
    from numba.core.dispatcher import Dispatcher

    setattr(Dispatcher, "enable_caching", lambda self: None)  # noqa: B010
