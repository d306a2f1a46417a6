"""MinHash of 112 hashes over shingles of 5 words by rensa and datasketch: shingling in Python, as their guides do it.

Both are given words split at white space, which costs next to nothing; in scripts without spaces that is far too few.
"""

from __future__ import annotations

from benchmarks.protocol import Documents

HASHES, SHINGLE = 112, 5


def shingles(text: str) -> list[str]:
    """Runs of 5 words, joined by spaces."""
    words = text.lower().split()
    return [" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)]


class Rensa:
    """R-MinHash of all shingles, in bulk: its fastest way that does not sample."""

    def __init__(self, documents: Documents) -> None:
        from rensa import RMinHash

        self._texts = documents.items
        self._digest = RMinHash.digest_matrix_from_token_sets
        self.sign()
        self.parts = {"signature": self.sign}

    def sign(self) -> object:
        """Shingles and their signatures."""
        return self._digest([shingles(text) for text in self._texts], HASHES, 1)

    def counts(self) -> dict[str, float]:
        """Words."""
        return {"words": sum(len(text.split()) for text in self._texts)}


class Datasketch:
    """MinHash with xxh32, shingles of a document in one batch."""

    def __init__(self, documents: Documents) -> None:
        import xxhash
        from datasketch import MinHash

        self._texts = documents.items
        self._first = MinHash(num_perm=HASHES, hashfunc=xxhash.xxh32_intdigest)
        self.sign()
        self.parts = {"signature": self.sign}

    def sign(self) -> None:
        """Shingles and their signatures."""
        for text in self._texts:
            self._first.copy().update_batch([shingle.encode() for shingle in shingles(text)])

    def counts(self) -> dict[str, float]:
        """Words."""
        return {"words": sum(len(text.split()) for text in self._texts)}
