"""Framing: every byte belongs to one record or one damaged range, and what is not damaged is found."""

import io
import random
import zlib
from dataclasses import dataclass, replace
from itertools import groupby

import pytest
from archives import Placed, blocks, gz, http, pack, read, skippable, warc, zst
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.io.archive import framed
from corpusforge.io.grammars import WarcGrammar
from corpusforge.io.inputs import Input
from corpusforge.io.record import Record
from corpusforge.io.tally import Damage, Tally

KINDS = ("response", "request", "metadata", "resource", "conversion", "warcinfo", "revisit")
LAYOUTS = ("plain", "gzip each", "gzip groups", "gzip whole", "gzip blocks", "zstd each", "zstd whole", "zstd blocks")


BODIES = {
    "noise": lambda size: random.Random(size).randbytes(size),
    "words": lambda size: b"some words of a page\r\n" * (size // 22),
    "newlines": lambda size: b"\r\n" * (size % 9),
    "version": lambda size: b"WARC/1.0",
    "about": lambda size: b"text\nWARC/1.0 is a format\n",
    "gzip": lambda size: b"\x1f\x8b\x08\x00" * (size % 3),
}
"""Bodies that compress well or not at all, and that look like archives."""


@dataclass(frozen=True)
class Plan:
    """A record to build; `size` is also the seed of noise."""

    kind: str
    body: str
    size: int
    tail: bool  # with newlines behind it


def build(plans: list[Plan], newline: bytes) -> list[bytes]:
    out = []
    for number, plan in enumerate(plans):
        block = BODIES[plan.body](plan.size)
        if plan.kind in ("response", "revisit"):
            block = http(block)
        bare = not plan.tail and block.endswith(b"\n")
        out.append(warc(plan.kind, block, number, newline, b"" if bare else None))
    return out


PLANS = st.builds(Plan, st.sampled_from(KINDS), st.sampled_from(sorted(BODIES)), st.integers(0, 5000), st.booleans())
records = st.builds(build, st.lists(PLANS, min_size=1, max_size=8), st.sampled_from([b"\r\n", b"\n"]))

# With newlines behind every record: without them, a body that looks like a record makes the cut a matter of opinion.
sound_records = st.builds(
    build,
    st.lists(PLANS.map(lambda plan: replace(plan, tail=True)), min_size=1, max_size=8),
    st.sampled_from([b"\r\n", b"\n"]),
)


def packed(found: list[bytes], layout: str, groups: list[int]) -> tuple[bytes, str | None, list[Placed]]:
    """The file's bytes, its compression, and where the records are."""
    method, _, how = layout.partition(" ")
    compress = {"plain": bytes, "gzip": gz, "zstd": zst}[method]
    sizes = {"each": [1], "groups": groups}.get(how, [len(found)])
    data, placed = blocks(found, 1000, compress) if how == "blocks" else pack(found, sizes, compress)
    return data, None if method == "plain" else method, placed


def spans(data: bytes, compression: str | None, max_page: int = 1 << 20) -> list[Record | Damage]:
    """What the framing finds."""
    source = Input("test/file", "memory://file", "warc", compression, len(data), "x")
    return list(framed(source, io.BytesIO(data), WarcGrammar(), Tally(), max_page))


def assert_tiled(found: list[Record | Damage], size: int | None) -> None:
    """In every member spans lie side by side from 0 on; an uncompressed file is covered to its end."""
    inside = [one for one in found if one.offset >= 0]
    place = 0
    last = None
    for one in inside:
        if one.member_offset != last and one.offset == 0:
            place = 0
        last = one.member_offset
        if size is not None:
            assert one.offset == place
        place = one.offset + one.length
    if size is not None:
        assert place == size


def ids(data: bytes) -> bytes:
    return data.split(b"<urn:uuid:")[1].split(b">")[0]


@settings(max_examples=150, deadline=None)
@given(records, st.sampled_from(LAYOUTS), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_whole_files_give_every_record_at_its_place(found: list[bytes], layout: str, groups: list[int]) -> None:
    data, compression, placed = packed(found, layout, groups)
    got = spans(data, compression)
    assert not [one for one in got if isinstance(one, Damage)]
    assert [(one.member_offset, one.offset, one.length) for one in got] == [
        (one.member_offset, one.offset, len(one.data)) for one in placed
    ]
    assert [one.head.fields["warc-record-id"] for one in got] == [f"<urn:uuid:{n}>" for n in range(len(found))]


def bare(record: bytes) -> bool:
    """Whether nothing stands behind the record's block."""
    head, _, rest = record.partition(b"\r\n\r\n" if b"WARC/1.0\r" in record[:10] else b"\n\n")
    return len(rest) == int(head.split(b"Content-Length: ")[1].split()[0])


def swallowed(data: bytes, found: list[Record | Damage], record: bytes) -> bool:
    """Whether a record lies in the block of another one that ends well."""
    for one in found:
        if isinstance(one, Record):
            whole = data[one.offset : one.offset + one.length]
            separator = min(whole.find(mark) % len(data) for mark in (b"\r\n\r\n", b"\n\n"))
            if record in whole[separator:]:
                return True
    return False


@st.composite
def damage(draw: st.DrawFn) -> tuple[str, float, int, int]:
    """Kind, place as a share of the file, extent, seed."""
    kind = draw(st.sampled_from(["cut", "overwrite", "zero", "digits", "delete", "insert"]))
    return kind, draw(st.floats(0.02, 0.99)), draw(st.integers(1, 400)), draw(st.integers(0, 99))


def harm(data: bytes, how: tuple[str, float, int, int]) -> tuple[bytes, int, int]:
    """Damaged bytes, and the range of the original that is gone or changed."""
    kind, share, extent, seed = how
    start = max(20, int(len(data) * share))
    end = min(len(data), start + extent)
    noise = random.Random(seed).randbytes(end - start)
    if kind == "cut":
        return data[:start], start, len(data)
    if kind == "delete":
        return data[:start] + data[end:], start, end
    if kind == "insert":
        return data[:start] + noise + data[start:], start, start
    if kind == "zero":
        noise = bytes(end - start)
    if kind == "digits":
        noise = b"9" * (end - start)
    return data[:start] + noise + data[end:], start, end


@settings(max_examples=400, deadline=None)
@given(records, st.sampled_from(["plain", "gzip each", "zstd each", "gzip groups"]), damage())
def test_records_away_from_damage_are_recovered(
    found: list[bytes], layout: str, how: tuple[str, float, int, int]
) -> None:
    data, compression, placed = packed(found, layout, [2, 1, 3])
    harmed, start, end = harm(data, how)
    got = spans(harmed, compression)
    assert_tiled(got, None if compression else len(harmed))
    good = {ids(one.data): one for one in placed}
    place = 0
    away = []
    for one in placed:
        if not compression and bare(one.data):
            place += len(one.data)
            continue  # without newlines behind it, only the next record's begin tells that this one is whole
        low, high = (one.file_start, one.file_end) if compression else (place, place + len(one.data))
        place += len(one.data)
        touched = low < end and start < high if end > start else low < start < high
        if not touched:
            away.append(ids(one.data))
    recovered = {}
    for one in got:
        if isinstance(one, Record):
            recovered[one.head.fields.get("warc-record-id", "")[10:-1].encode()] = one
    if not compression:  # a length may point at the end of a later record by chance: nothing can tell
        away = [name for name in away if not swallowed(harmed, got, good[name].data)]
    assert set(away) <= set(recovered)
    for name in away:
        if recovered[name].block:
            assert recovered[name].block in good[name].data
    to_the_end = any("cut off at the end" in one.error for one in got if isinstance(one, Damage))
    if compression and not to_the_end:  # a checksum stands over every record: nothing changed is given out
        assert all(one.block in good[name].data for name, one in recovered.items())


@settings(max_examples=200, deadline=None)
@given(records, st.sampled_from(LAYOUTS), damage(), st.integers(1, 3000))
def test_any_damage_is_tiled_and_rows_do_not_depend_on_batches(
    found: list[bytes], layout: str, how: tuple[str, float, int, int], batch: int
) -> None:
    data, compression, _ = packed(found, layout, [2, 1, 3])
    harmed, _, _ = harm(data, how)
    rows, tally = read(harmed, compression=compression, batch=batch)  # raises TilingError if anything is left out
    again, _ = read(harmed, compression=compression, batch=1 << 30)
    assert rows == again
    assert tally.bytes == len(harmed)
    places = [(row["member_offset"], row["offset"]) for row in rows]
    assert len(set(places)) == len(places)
    sums = tally.tiling()
    assert sums["decompressed_bytes"] == sums["record_bytes"] + sums["damage_bytes"]


@settings(max_examples=100, deadline=None)
@given(sound_records, st.floats(0.02, 0.999))
def test_a_cut_off_member_gives_what_zlib_gives(found: list[bytes], share: float) -> None:
    data = gz(b"".join(found))
    cut = max(30, int(len(data) * share))
    decoder, plain = zlib.decompressobj(31), b""
    for index in range(cut):
        plain += decoder.decompress(data[index : index + 1])
    want, place = 0, 0
    for one in found:
        place += len(one)
        want += place <= len(plain)
    got = [one for one in spans(data[:cut], "gzip") if isinstance(one, Record)]
    assert len(got) >= want
    assert len(got) <= want + 1  # the newlines behind the last one may be missing


def test_neighbouring_damage_is_one_row() -> None:
    records = [warc("resource", b"x" * 50, n) for n in range(5)]
    broken = [records[0], b"WARC/1.0\r\nWARC-Type: \r\nContent-Length: 5\r\n\r\nhello\r\n\r\n" * 3, records[1]]
    found = spans(b"".join(broken), None)
    assert [type(one) for one in found] == [Record, Damage, Record]


def test_a_length_that_is_too_long_costs_only_its_record() -> None:
    records = [
        warc("resource", b"a" * 100, 0),
        warc("resource", b"b" * 100, 1, Content_Length=140),
        warc("resource", b"c", 2),
    ]
    found = spans(b"".join(records), None)
    assert [type(one) for one in found] == [Record, Damage, Record]
    assert (found[1].offset, found[1].length) == (len(records[0]), len(records[1]))


def test_a_length_beyond_the_member_ends_there() -> None:
    data, placed = pack(
        [warc("resource", b"b" * 100, 0, Content_Length=5000), warc("resource", b"c" * 9000, 1)], [1], gz
    )
    found = spans(data, "gzip")
    assert [type(one) for one in found] == [Damage, Record]
    assert found[1].member_offset == placed[1].member_offset


def test_a_wrong_length_in_a_large_plain_file_does_not_swallow_it() -> None:
    big = warc("resource", b"z" * 3_000_000, 1)
    found = spans(warc("resource", b"a", 0, Content_Length=10**15) + big + warc("resource", b"c", 2), None, 1000)
    assert [type(one) for one in found] == [Damage, Record, Record]


def test_few_uncounted_bytes_after_a_record_are_damage_but_the_record_counts() -> None:
    found = spans(warc("resource", b"abc", 0, Content_Length=1) + warc("resource", b"d", 1), None)
    assert [(type(one), one.length) for one in found][1] == (Damage, 6)
    assert found[0].block == b"a"


def test_records_longer_than_the_limit_are_passed_over() -> None:
    data = gz(warc("resource", b"a" * 5_000_000, 0)) + gz(warc("resource", b"b", 1))
    found = spans(data, "gzip", 1000)
    assert [one.block_length for one in found] == [5_000_000, 1]
    assert len(found[0].block) < 300_000


def test_a_record_may_begin_in_one_member_and_end_in_another() -> None:
    record = warc("resource", b"0123456789" * 20, 0)
    data = gz(record[:50]) + gz(record[50:150]) + gz(record[150:])
    (found,) = spans(data, "gzip")
    assert (found.member_offset, found.offset, found.length) == (0, 0, len(record))


def test_in_block_compressed_files_reading_goes_on_after_damage() -> None:
    """Members that do not begin with records (bgzip): any member that can be decoded is gone on with."""
    records = [warc("resource", random.Random(n).randbytes(3000), n) for n in range(60)]
    data, placed = blocks(records, 1000, gz)
    hole = placed[20].file_start + 30
    harmed = data[:hole] + b"\xff" * 40 + data[hole + 40 :]
    names = [one.head.fields["warc-record-id"] for one in spans(harmed, "gzip") if isinstance(one, Record)]
    assert {f"<urn:uuid:{n}>" for n in [*range(18), *range(23, 60)]} <= set(names)


@pytest.mark.parametrize("damaged_byte", [-5, -2], ids=["crc", "length"])
def test_a_wrong_checksum_makes_the_member_damage(damaged_byte: int) -> None:
    bad = bytearray(gz(warc("resource", b"a" * 90, 0) + warc("resource", b"b" * 90, 1)))
    bad[damaged_byte] ^= 1
    found = spans(bytes(bad) + gz(warc("resource", b"c", 2)), "gzip")
    assert [type(one) for one in found] == [Damage, Record]
    assert "check" in found[0].error


def test_in_one_long_member_records_well_before_the_damage_count() -> None:
    records = [warc("resource", random.Random(n).randbytes(10_000), n) for n in range(100)]
    data = bytearray(gz(b"".join(records)))
    middle = len(data) // 2
    data[middle : middle + 200] = b"\xff" * 200
    found = spans(bytes(data), "gzip")
    names = [one.head.fields["warc-record-id"] for one in found if isinstance(one, Record)]
    assert names[:40] == [f"<urn:uuid:{n}>" for n in range(40)]
    assert len(names) < 51
    assert isinstance(found[-1], Damage)


def test_zeros_behind_the_last_member_are_a_gap() -> None:
    data = gz(warc("resource", b"a", 0))
    found = spans(data + bytes(100), "gzip")
    assert found[1] == Damage(len(data), -1, 100, "bytes that are no gzip member")


def test_dictionary_and_skippable_frames() -> None:
    import zstandard

    records = [warc("response", http(random.Random(n).randbytes(50).hex().encode() * 9), n) for n in range(200)]
    trained = zstandard.train_dictionary(2000, records)
    compressor = zstandard.ZstdCompressor(dict_data=trained, write_checksum=True)
    for dictionary in (trained.as_bytes(), zst(trained.as_bytes())):
        head = skippable(dictionary, 13)
        data, placed = pack(records, [1], compressor.compress, head)
        rows, tally = read(data + skippable(b"index"), compression="zstd")
        assert [row["member_offset"] for row in rows] == [one.member_offset for one in placed]
        assert tally.counted_only == {"zstd_skippable_frame": 2}
        assert not tally.damage


def test_positions_order_and_uniqueness() -> None:
    data, _ = pack([warc("resource", b"a", n) for n in range(6)], [2, 1, 3], gz)
    rows, _ = read(data, compression="gzip")
    keys = [(row["member_offset"], row["offset"]) for row in rows]
    assert keys == sorted(set(keys))
    assert [len(list(group)) for _, group in groupby(keys, key=lambda key: key[0])] == [2, 1, 3]
