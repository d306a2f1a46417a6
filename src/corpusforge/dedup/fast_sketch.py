"""Fast similarity sketches (Dahlgaard, Knudsen, Thorup, FOCS 2017, arXiv 1704.04370, section 2).

As with MinHash, two sets have the same number in a place with a probability that is their Jaccard similarity, and the
share of such places estimates it. The places are not independent, but no less concentrated: within a round each shingle
takes one place, so that few shingles share the places out more evenly than MinHash does (measured for 112 places: 0.71 of
its standard error up to 100 shingles, 0.89 at 450, 0.96 at 1,000). A shingle is thrown to one place per round instead of all,
so that a text of 600 words costs 1,200 throws, not 67,000 multiplications.
"""

from functools import cache

import numpy as np
from numba import njit

from corpusforge.text.buffers import frozen

NOTHING = np.uint64(2**64 - 1)
ROUND = np.uint64(32)  # bits of a number below those of its round
LOW = np.uint64(2**32 - 1)
OFTEN = 8  # rounds that fill all places, unless most shingles of a long text are the same


@cache
def salts(seed: int, places: int) -> np.ndarray:
    """uint64[2 x places], read-only: what tells the rounds' hashes apart."""
    return frozen(np.random.RandomState(seed).randint(0, 2**64, dtype=np.uint64, size=2 * places))


@njit(cache=True, nogil=True)
def fill(offsets: np.ndarray, shingles: np.ndarray, salt: np.ndarray, out: np.ndarray) -> None:
    """Write the sketches of sets of hashes to `out`, uint64[n, places]; a set without any has no number.

    In round r a hash x is thrown as z = mix(x xor salt[r]): to the place (z >> 32) x places >> 32 in the first `places`
    rounds, and in those after them to place 0, 1, ..., which leaves none empty. A place keeps the least r x 2^32 + (z mod
    2^32), and the rounds end when no place is empty: what would come later is never less.
    """
    places = out.shape[1]
    for row in range(len(offsets) - 1):
        mine, least, empty = shingles[offsets[row] : offsets[row + 1]], out[row], places
        least[:] = NOTHING
        if len(mine) == 0:
            continue
        for number in range(2 * places):
            start, only = np.uint64(number) << ROUND, number - places
            if only >= 0 and least[only] != NOTHING:
                continue
            if number == OFTEN and len(mine) > places:
                mine = _once(mine)
            for i in range(len(mine)):
                z = _mixed(mine[i] ^ salt[number])
                place = only if only >= 0 else np.int64((z >> ROUND) * np.uint64(places) >> ROUND)
                empty -= least[place] == NOTHING
                least[place] = min(least[place], start | (z & LOW))
            if empty == 0:
                break


@njit(cache=True, nogil=True)
def _mixed(z: np.uint64) -> np.uint64:
    """The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, figure 17, with Stafford's variant 13)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def _once(hashes: np.ndarray) -> np.ndarray:
    """Each different hash once."""
    ascending = np.sort(hashes)
    kept = 1
    for i in range(1, len(ascending)):
        if ascending[i] != ascending[kept - 1]:
            ascending[kept] = ascending[i]
            kept += 1
    return ascending[:kept]
