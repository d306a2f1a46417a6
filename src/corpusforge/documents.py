"""The schemas: what the columns of every layer are called, their types and meaning.

`key` joins all layers. The published columns are FineWeb2's, so that a user can swap datasets without code changes.
"""

from collections.abc import Sequence

import pyarrow as pa
import xxhash

SCHEMA_VERSION = 1

KEPT = "kept"
NOT_SAMPLED = "not_sampled"
LANGUAGE_NOT_WANTED = "language_not_wanted"
LANGUAGE_GATE = "language_gate"
LANGUAGE_UNCONFIGURED = "language_unconfigured"
LANGUAGE_UNIDENTIFIED = "language_unidentified"
EMPTY_AFTER_CLEAN = "empty_after_clean"

# Where a record stands in its input: (member offset, offset inside the member, length inside the member), in bytes;
# for Parquet (0, row, 1).
POSITION = [pa.field("member_offset", pa.int64()), pa.field("offset", pa.int64()), pa.field("length", pa.int64())]

ORIGIN = [
    pa.field("id", pa.large_string()),
    pa.field("dump", pa.large_string()),
    pa.field("url", pa.large_string()),
    pa.field("date", pa.large_string()),
    pa.field("file_path", pa.large_string()),
]

LANGUAGE = [
    pa.field("language", pa.large_string()),  # ISO 639-3
    pa.field("language_script", pa.large_string()),  # ISO 15924
    pa.field("language_score", pa.float64()),
]

RECORDS = pa.schema(
    [
        pa.field("key", pa.large_string(), nullable=False),
        *ORIGIN,
        *POSITION,
        pa.field("record_type", pa.large_string()),
        pa.field("http_status", pa.int32()),
        pa.field("content_type", pa.large_string()),
        pa.field("charset", pa.large_string()),
        pa.field("charset_source", pa.large_string()),
        *LANGUAGE,
        pa.field("label", pa.large_string()),  # what the language model said, as it said it
        pa.field("fate", pa.large_string()),  # null: the record became a row of documents/
        pa.field("error", pa.large_string()),
        pa.field("meta", pa.large_string()),  # unmapped input fields, JSON, capped
    ]
)

DOCUMENTS = pa.schema(
    [
        pa.field("key", pa.large_string(), nullable=False),
        pa.field("text", pa.large_string(), nullable=False),
        *ORIGIN,
        *POSITION[:2],
        *LANGUAGE,
        pa.field("top_langs", pa.large_string()),  # JSON: {language-script: score}
    ]
)

# Rows that end in a phase: the fate, every rule broken, every rule whose signals were null.
FATES = pa.schema(
    [
        pa.field("key", pa.large_string(), nullable=False),
        pa.field("unit", pa.large_string(), nullable=False),
        pa.field("fate", pa.large_string(), nullable=False),
        pa.field("broken", pa.list_(pa.large_string())),
        pa.field("not_evaluated", pa.list_(pa.large_string())),
    ]
)

CLUSTERS = pa.schema(
    [
        pa.field("key", pa.large_string(), nullable=False),
        pa.field("unit", pa.large_string(), nullable=False),
        pa.field("cluster", pa.large_string()),  # key of the survivor
        pa.field("size", pa.int64()),
        pa.field("kept", pa.bool_()),
        pa.field("twin", pa.large_string()),  # the survivor that this document copies; null when kept
        pa.field("similarity", pa.float64()),
    ]
)

# Documents that have a copy, or are one, by text or URL; the others of the language have no row.
COPIES = pa.schema(
    [
        pa.field("key", pa.large_string(), nullable=False),
        pa.field("unit", pa.large_string(), nullable=False),
        pa.field("duplicate_text", pa.bool_(), nullable=False),
        pa.field("text_twin", pa.large_string()),  # whom this document copies; null where it is no copy
        pa.field("duplicate_url", pa.bool_(), nullable=False),
        pa.field("url_twin", pa.large_string()),
        pa.field(
            "exact_copies", pa.int64(), nullable=False
        ),  # documents that this one stands for, itself too; 0: a copy
    ]
)

# Lines that many documents of a host, or of the language, repeat.
REPEATED = pa.schema(
    [
        pa.field("scope", pa.uint64()),  # hash of the host; 0: the language
        pa.field("line", pa.uint64()),  # hash of the line's normal form
        pa.field("documents", pa.int64()),  # that have the line
        pa.field("keeper", pa.uint64()),  # first 64 bits of the key of the one that keeps it; null: none does
    ]
)

EDITS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("byte_start", pa.int64(), nullable=False),
        pa.field("byte_end", pa.int64(), nullable=False),
        pa.field("replacement", pa.large_string(), nullable=False),
    ]
)

# What two versions of a corpus are compared by, row for row beside data/.
KEYS = pa.schema(
    [
        pa.field("key", pa.large_string(), nullable=False),
        pa.field("minhash_cluster_size", pa.int64()),
        pa.field("text", pa.uint64(), nullable=False),  # xxh3-64 of its UTF-8
    ]
)

PUBLISHED = pa.schema(
    [
        pa.field("text", pa.large_string(), nullable=False),
        *ORIGIN,
        pa.field("language", pa.large_string()),
        pa.field("language_score", pa.float64()),
        pa.field("language_script", pa.large_string()),
        pa.field("minhash_cluster_size", pa.int64()),
        pa.field("top_langs", pa.large_string()),
        pa.field("key", pa.large_string(), nullable=False),
        pa.field("source", pa.large_string()),  # web | synthetic:...
        pa.field("derived_from", pa.list_(pa.large_string())),
    ]
)


def record_keys(names: Sequence[str], member_offsets: Sequence[int], offsets: Sequence[int]) -> list[str]:
    """Keys of records: xxh3-128, as 32 hex digits, of (input name, member offset, offset inside the member)."""
    digest = xxhash.xxh3_128_hexdigest
    places = zip(names, member_offsets, offsets, strict=True)
    return [digest(name.encode() + b"\0%d:%d" % (member, offset)) for name, member, offset in places]


def in_sample(key: str, rate: float) -> bool:
    """Whether a record belongs to the deterministic sample: the first 64 bits of its key lie below `rate` x 2^64."""
    return int(key[:16], 16) < rate * 2**64
