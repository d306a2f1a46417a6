"""Members: exact ends, bounded steps, going on after damage."""

import gzip
import io
import random
import zlib

import pytest
import zstandard
from archives import gz, skippable, zst
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.io.member_events import End, Gap, Skipped, Start
from corpusforge.io.members import members
from corpusforge.io.source import RawSource


def events(data: bytes, compression: str | None, accept=None) -> list:
    return list(members(RawSource(io.BytesIO(data), len(data)), compression, accept))


def plain(found: list) -> bytes:
    return b"".join(event for event in found if isinstance(event, bytes))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 300_000), max_size=5), st.sampled_from(["gzip", "zstd", None]), st.integers(0, 22))
def test_members_tile_the_file_and_decode_to_what_went_in(
    sizes: list[int], compression: str | None, level: int
) -> None:
    rng = random.Random(level)
    parts = [rng.randbytes(size) if size % 2 else b"compressible " * (size // 13) for size in sizes]
    pack = {
        "gzip": lambda data: gzip.compress(data, level % 10),
        "zstd": lambda data: zstandard.ZstdCompressor(
            level=max(1, level % 12), write_checksum=bool(level % 2), write_content_size=bool(level % 3)
        ).compress(data),
        None: bytes,
    }[compression]
    packed = [pack(part) for part in parts]
    found = events(b"".join(packed), compression)
    assert plain(found) == b"".join(parts)
    ends = [event for event in found if isinstance(event, End)]
    if compression:
        assert [one.end - one.start for one in ends] == [len(one) for one in packed]
    assert all(len(event) <= 1 << 20 for event in found if isinstance(event, bytes))


def test_skippable_frames() -> None:
    data = skippable(b"abc") + zst(b"x") + skippable(b"", 15)
    assert [event for event in events(data, "zstd") if not isinstance(event, bytes)] == [
        Skipped(0, 11),
        Start(11),
        End(11, len(data) - 8),
        Skipped(len(data) - 8, len(data)),
    ]
    assert events(data[:5], "zstd") == [Gap(0, 5, "bytes that are no zstd frame")]
    assert events(data[:9], "zstd") == [Gap(0, 9, "skippable frame is cut off at the end of the file")]


@pytest.mark.parametrize(("pack", "compression"), [(gz, "gzip"), (zst, "zstd")])
def test_going_on_after_damage(pack, compression: str) -> None:
    packed = [pack(b"BEGIN" + random.Random(n).randbytes(5000)) for n in range(5)]
    data = bytearray(b"".join(packed))
    hole = len(packed[0]) + 2000
    data[hole : hole + 50] = b"\xff" * 50
    found = events(bytes(data), compression, lambda head: head.startswith(b"BEGIN"))
    ends = [event for event in found if isinstance(event, End | Gap)]
    assert ends[0] == End(0, len(packed[0]))
    assert ends[1].end == len(packed[0]) + len(packed[1])
    assert [event for event in ends[2:] if event.trouble] == []
    assert len(ends) == 5


def test_without_going_on_damage_reaches_to_the_end() -> None:
    data = gz(b"one") + b"garbage" + gz(b"two")
    found = events(data, "gzip")
    assert found[-1] == Gap(len(gz(b"one")), len(data), "bytes that are no gzip member")


def test_what_was_decoded_before_the_damage_is_kept() -> None:
    text = random.Random(1).randbytes(50_000).hex().encode()
    data = bytearray(gz(text))
    half = len(data) // 2
    data[half : half + 100] = b"\xff" * 100
    state, oracle = zlib.decompressobj(31), b""
    try:
        for byte in data:
            oracle += state.decompress(bytes([byte]))
    except zlib.error:
        pass
    found = events(bytes(data), "gzip")
    assert plain(found) == oracle
    assert found[-1].trouble in ("data", "checksum")


@pytest.mark.parametrize(
    "bomb", [gzip.compress(bytes(200_000_000), 9), zstandard.compress(bytes(200_000_000))], ids=["gzip", "zstd"]
)
def test_bombs_come_in_bounded_steps(bomb: bytes) -> None:
    found = members(RawSource(io.BytesIO(bomb), len(bomb)), "gzip" if bomb[0] == 0x1F else "zstd", None)
    sizes = [len(event) for event in found if isinstance(event, bytes)]
    assert sum(sizes) == 200_000_000
    assert max(sizes) <= 1 << 20


def test_a_header_that_swallows_the_next_member_costs_only_its_own() -> None:
    packed = [gz(b"BEGIN" + bytes([n]) * 50) for n in range(4)]
    data = bytearray(b"".join(packed))
    data[len(packed[0]) + 3] = 4  # "extra field" of arbitrary length follows
    found = events(bytes(data), "gzip", lambda head: head.startswith(b"BEGIN"))
    assert [event[5] for event in found if isinstance(event, bytes)] == [0, 2, 3]


def test_errors_of_the_storage_are_no_damage() -> None:
    data = gz(b"x" * 100)
    with pytest.raises(OSError, match=r"name: ended after \d+ of 1000 bytes"):
        list(members(RawSource(io.BytesIO(data), 1000, "name"), "gzip", None))
