"""Chance as a function: a random number belongs to (seed, trial, participant, purpose, occasion) and to nothing else.

There is no stream and no state, so results do not depend on the order in which participants are drawn, on threads or on shards, and any
one of a million can be drawn again alone. The words come from splitmix64's finaliser, applied once for each part of the key; logarithm and
normal quantile are written out with additions, products, quotients and square roots only, so that compiled code gives the same bits.
Sources: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"; Wichura 1988, algorithm AS 241 (PPND16).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import floor, frexp, ldexp, sqrt
from typing import TypeVar

T = TypeVar("T")

WORD = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
STRIDE = 0xD1342543DE82EF95
STEP = 2.0**-53
LN2 = 0.6931471805599453
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # their sum is the logarithm of 2; the first has 32 bits
HALF_ROOT = 0.7071067811865476

AS241 = (
    (3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4,
     6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
     2.8729085735721942674e4, 5.2264952788528545610e3),
    (1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504, 1.27045825245236838258,
     2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
     5.47593808499534494600e-4, 1.05075007164441684324e-9),
    (6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1, 2.65321895265761230930e-2,
     1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
     1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip


def mixed(z: int) -> int:
    """One word of 64 bits well mixed (the finaliser of splitmix64)."""
    z &= WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


@lru_cache(maxsize=4096)
def purpose_of(name: str) -> int:
    """The word of a purpose's name (FNV-1a, mixed): adding a purpose never moves the numbers of another."""
    z = 0xCBF29CE484222325
    for byte in name.encode():
        z = ((z ^ byte) * 0x100000001B3) & WORD
    return mixed(z)


def key_of(seed: int, trial: int, participant: int) -> int:
    """The key of one participant of one trial."""
    return mixed(mixed(mixed(seed + GOLDEN) + trial * STRIDE + GOLDEN) + participant * STRIDE + GOLDEN)


def word(key: int, purpose: int, occasion: int) -> int:
    """Sixty-four random bits: a function of the key, the purpose's word and the occasion."""
    z = (key ^ purpose) + occasion * STRIDE & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    z ^= z >> 31
    z = (z + key) & WORD
    z = ((z ^ (z >> 32)) * 0xD6E8FEB86659FD93) & WORD
    return z ^ (z >> 32)


def ln(x: float) -> float:
    """The natural logarithm of a positive number, by exact steps that every machine does alike."""
    m, e = frexp(x)
    if m < HALF_ROOT:
        m *= 2.0
        e -= 1
    f = (m - 1.0) / (m + 1.0)
    s = f * f
    r = 1 / 23
    for odd in (21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0):
        r = r * s + 1.0 / odd
    return e * LN2 + 2.0 * f * r


def exp(x: float) -> float:
    """The exponential of a number within -700 and 700 (beyond, that of the bound), by exact steps that every machine does alike."""
    x = min(max(x, -700.0), 700.0)
    k = floor(x / LN2 + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    total = 1.0
    for n in (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0):
        total = 1.0 + total * r / n
    return ldexp(total, k)


def power(x: float, y: float) -> float:
    """x to the power y, for x above 0, by `ln` and `exp`."""
    return exp(y * ln(x))


def normal_quantile(p: float) -> float:
    """The standard normal quantile of a probability strictly between 0 and 1 (AS 241, about 1e-15)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _horner(AS241[0], r) / _horner(AS241[1], r)
    r = sqrt(-ln(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        x = _horner(AS241[2], r - 1.6) / _horner(AS241[3], r - 1.6)
    else:
        x = _horner(AS241[4], r - 5.0) / _horner(AS241[5], r - 5.0)
    return -x if q < 0.0 else x


def _horner(c: tuple[float, ...], r: float) -> float:
    return ((((((c[7] * r + c[6]) * r + c[5]) * r + c[4]) * r + c[3]) * r + c[2]) * r + c[1]) * r + c[0]


class Luck:
    """The chance of one participant: every number is asked for by purpose and occasion, in any order, as often as wanted."""

    __slots__ = ("key",)

    def __init__(self, seed: int, trial: int, participant: int) -> None:
        self.key = key_of(seed, trial, participant)

    def uniform(self, purpose: str, occasion: int = 0) -> float:
        """A number strictly between 0 and 1."""
        return ((word(self.key, purpose_of(purpose), occasion) >> 11) + 0.5) * STEP

    def between(self, low: float, high: float, purpose: str, occasion: int = 0) -> float:
        """A number between low and high, all alike."""
        return low + (high - low) * self.uniform(purpose, occasion)

    def whole(self, low: int, high: int, purpose: str, occasion: int = 0) -> int:
        """A whole number from low to high, both included, all alike (bias below 2^-53 times their number)."""
        return low + int((high - low + 1) * self.uniform(purpose, occasion))

    def within(self, band: tuple[int, int], purpose: str, occasion: int = 0) -> int:
        """A whole number of a band, both ends included."""
        return self.whole(band[0], band[1], purpose, occasion)

    def happens(self, probability: float, purpose: str, occasion: int = 0) -> bool:
        """Yes with a probability."""
        return self.uniform(purpose, occasion) < probability

    def exponential(self, purpose: str, occasion: int = 0) -> float:
        """An exponential number of mean 1: the luck that a cumulative hazard is compared with."""
        return -ln(self.uniform(purpose, occasion))

    def normal(self, purpose: str, occasion: int = 0) -> float:
        """A standard normal number."""
        return normal_quantile(self.uniform(purpose, occasion))

    def choice(self, weighted: Sequence[tuple[float, T]], purpose: str, occasion: int = 0) -> T:
        """One of (weight, value), with a probability in proportion to its weight."""
        left = self.uniform(purpose, occasion) * sum(w for w, _ in weighted)
        for weight, value in weighted:
            left -= weight
            if left < 0.0:
                return value
        return weighted[-1][1]


def allocation(seed: int, trial: int, number: int, arms: Sequence[tuple[str, int]], blocks: int = 2, stratum: int = 0) -> str:
    """The arm of the k-th participant by permuted blocks: each block holds every arm `blocks` times its share, in random order.

    A function of the key alone, so that any one participant's arm is known without the others'. `stratum`: the number of the list, from 0; of each list a
    participant may take the k-th place alone.
    """
    block = [name for name, share in arms for _ in range(share * blocks)]
    which, place = divmod(number - 1, len(block))
    luck = Luck(seed, trial, which + (stratum << 40))
    for i in range(len(block) - 1, 0, -1):
        j = luck.whole(0, i, "allocation within a block", i)
        block[i], block[j] = block[j], block[i]
    return block[place]
