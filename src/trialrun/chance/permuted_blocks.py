"""Lists of allocation by permuted blocks: a place of a list is a function of (seed, list, place), so that a list may be as long as is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from . import Luck

BLOCK, ORDER = "size of a block", "order within a block"


def permuted_blocks(seed: int, which: int, arms: Sequence[tuple[str, int]], multiples: Sequence[int], length: int) -> list[str]:
    """The arms of the first `length` places of a list. `which` is the list's number (one for each stratum, from 0).

    A block holds every arm its share times one of the `multiples`, drawn for each block, in random order. Raises ValueError for none, or for one below 1.
    """
    if not multiples or min(multiples) < 1 or not arms:
        raise ValueError("a block holds every arm at least once: name multiples of 1 or more")

    def places():
        number = 0
        while True:
            luck = Luck(seed, which, number)
            times = multiples[luck.whole(0, len(multiples) - 1, BLOCK)]
            block = [name for name, share in arms for _ in range(share * times)]
            for i in range(len(block) - 1, 0, -1):
                j = luck.whole(0, i, ORDER, i)
                block[i], block[j] = block[j], block[i]
            yield from block
            number += 1

    return list(islice(places(), length))
