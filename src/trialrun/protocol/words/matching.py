"""How names match: visits, codes and arms are known by their letters and numbers, whatever their case, spaces and marks."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def as_name(text: str) -> str:
    """A name as names match: small letters, words by single spaces, numbers without leading noughts, no other marks."""
    words = re.findall(r"[^\W\d_]+|[0-9]+", text.casefold())
    return " ".join(word.lstrip("0") or "0" if word.isdigit() else word for word in words)
