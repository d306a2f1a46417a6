"""Which documents are the same: hashes of the normal form of their texts and of their URLs."""

from collections.abc import Sequence
from unicodedata import normalize

import pyarrow as pa
import xxhash

from corpusforge.dedup.normal_url import normal_url

HASH = pa.binary(16)
IDENTITY = pa.schema([pa.field("text_hash", HASH), pa.field("url_hash", HASH), pa.field("chars", pa.int64())])


def normal_text(text: str) -> str:
    """NFC; every run of white space (Unicode's, line breaks among it) as one space, none at the ends; case as it is."""
    return " ".join(normalize("NFC", text).split())


def identities(texts: Sequence[str | None], urls: Sequence[str | None], tracking: bool = True) -> pa.Table:
    """xxh3-128 of `normal_text` and of `normal_url`, and the code points of the text: a row of IDENTITY for each document.

    A text of white space alone, and a URL that is missing or blank, have null: they are nobody's copy.
    """
    digest = xxhash.xxh3_128_digest

    def hashed(normal: str | None) -> bytes | None:
        return digest(normal.encode("utf-8", "surrogatepass")) if normal else None

    of_texts = [hashed(normal_text(text or "")) for text in texts]
    of_urls = [hashed(normal_url(url, tracking)) for url in urls]
    chars = pa.array([len(text or "") for text in texts], pa.int64())
    return pa.Table.from_arrays([pa.array(of_texts, HASH), pa.array(of_urls, HASH), chars], schema=IDENTITY)
