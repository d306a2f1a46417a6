"""The sample crawl is what its sources describe, and its manifest speaks about every capture once."""

import io
import re
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from warcio.archiveiterator import ArchiveIterator

SOURCE = Path(__file__).resolve().parents[2] / "sample_crawl"
sys.path.insert(0, str(SOURCE))
import build  # noqa: E402
import pages  # noqa: E402

MANIFEST = yaml.safe_load((SOURCE / "manifest.yaml").read_text(encoding="utf-8"))
CAPTURES: list[dict[str, Any]] = [capture for file in MANIFEST["files"] for capture in file["captures"]]
CRAWL = {file.name: file for file in build.crawl()}
COUNTED_ONLY = {"warcinfo", "request", "metadata"}
RECORD_FATES = {"http_status", "not_html", "revisit", "empty_body", "page_too_large", "corrupt_record"}
INGEST_FATES = RECORD_FATES | {"url_blocked", "extract_empty"}
LATER_FATES = {"kept", "duplicate", "one_of_group"}
RULE_FATE = re.compile(r"(gopher_repetition|fineweb_quality|gopher_quality)/\w+")


def good_records(name: str) -> list[tuple[str, str]]:
    """(WARC type, url) of the undamaged records, as warcio reads them."""
    members = build.contents(name, (build.OUT / name).read_bytes())
    good = io.BytesIO(b"".join(member for member in members if member != build.DAMAGED))
    return [(record.rec_type, record.rec_headers.get_header("WARC-Target-URI")) for record in ArchiveIterator(good)]


def shingles(url: str) -> set[tuple[str, ...]]:
    """The 5-word shingles of the article behind a page."""
    [entry] = [entry for file in CRAWL.values() for entry in file.entries if entry.url == url]
    words = re.sub(r"[।,.:;?!]", " ", " ".join(map(str, pages.article_of(entry).blocks))).split()
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def jaccard(urls: list[str]) -> float:
    first, second = map(shingles, urls)
    return len(first & second) / len(first | second)


def test_committed_files_equal_a_rebuild() -> None:
    assert build.stale() == []


def test_check_notices_a_changed_file(tmp_path: Path) -> None:
    for path in build.OUT.glob("CC-SAMPLE-*"):
        shutil.copy(path, tmp_path)
    changed = tmp_path / "CC-SAMPLE-2025-26-00003.warc"
    changed.write_bytes(changed.read_bytes().replace(b"nginx", b"nginy", 1))
    assert build.stale(tmp_path) == [changed]


def test_committed_files_stay_small() -> None:
    assert sum((build.OUT / name).stat().st_size for name in CRAWL) < 1_500_000


@pytest.mark.parametrize(
    "name", ["CC-SAMPLE-2025-26-00000.warc.gz", "CC-SAMPLE-2025-26-00003.warc", "CC-SAMPLE-2025-26-00000.warc.wet.gz"]
)
def test_warcio_reads_the_undamaged_files_from_disk(name: str) -> None:
    with (build.OUT / name).open("rb") as file:
        assert [record.rec_type for record in ArchiveIterator(file)] == [kind for kind, _ in good_records(name)]


def test_one_file_ends_in_a_truncated_member() -> None:
    members = build.contents("x.gz", (build.OUT / "CC-SAMPLE-2025-26-00001.warc.gz").read_bytes())
    assert [i for i, member in enumerate(members) if member == build.DAMAGED] == [len(members) - 1]


def test_one_file_has_an_overwritten_member_between_good_ones() -> None:
    members = build.contents("x.gz", (build.OUT / "CC-SAMPLE-2025-26-00002.warc.gz").read_bytes())
    [position] = [i for i, member in enumerate(members) if member == build.DAMAGED]
    assert 0 < position < len(members) - 1


def test_one_file_holds_request_response_metadata_triples() -> None:
    kinds = [kind for kind, _ in good_records("CC-SAMPLE-2025-26-00000.warc.gz")]
    assert kinds[0] == "warcinfo"
    assert set(kinds[1::3]) == {"request"}
    assert set(kinds[2::3]) == {"response", "revisit"}
    assert set(kinds[3::3]) == {"metadata"}


@pytest.mark.parametrize("file", MANIFEST["files"], ids=lambda file: file["name"])
def test_manifest_lists_the_captures_of_each_file_in_order(file: dict[str, Any]) -> None:
    found = [url for kind, url in good_records(file["name"]) if kind not in COUNTED_ONLY]
    assert [capture["url"] for capture in file["captures"] if not capture.get("damaged")] == found
    assert [capture["url"] for capture in file["captures"]] == [entry.url for entry in CRAWL[file["name"]].entries]


@pytest.mark.parametrize("file", MANIFEST["files"], ids=lambda file: file["name"])
def test_manifest_counts_the_other_records(file: dict[str, Any]) -> None:
    assert Counter(kind for kind, _ in good_records(file["name"]) if kind in COUNTED_ONLY) == file["counted_only"]


def test_manifest_names_every_file_and_each_url_once() -> None:
    assert [file["name"] for file in MANIFEST["files"]] == list(CRAWL)
    assert max(Counter(capture["url"] for capture in CAPTURES).values()) == 1


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture["url"])
def test_manifest_entries_are_consistent(capture: dict[str, Any]) -> None:
    early = capture["ends"] == "ingest"
    assert early == (capture["fate"] in INGEST_FATES) == (capture["language"] is None)
    assert early or capture["fate"] in LATER_FATES or RULE_FATE.fullmatch(capture["fate"])
    assert capture["case"] and capture["why"]
    assert (urlsplit(capture["url"]).hostname or "").endswith((".example", ".test"))


def test_fourteen_languages_in_eleven_scripts() -> None:
    pages_of = Counter(capture["language"] for capture in CAPTURES if capture["fate"] in LATER_FATES - {"duplicate"})
    assert pages_of["pan_Guru"] >= 28
    assert min(pages_of.values()) >= 3
    assert len(pages_of) == 14
    assert len({language.split("_")[1] for language in pages_of}) == 11


def test_near_duplicates_are_near_and_the_longest_survives() -> None:
    for group in ("monsoon", "dairy", "ferry"):
        members = {capture["fate"]: capture["url"] for capture in CAPTURES if capture.get("group") == group}
        assert members.keys() == {"kept", "duplicate"}
        assert 0.9 < jaccard(list(members.values())) < 1
        assert len(shingles(members["kept"])) > len(shingles(members["duplicate"]))


def test_pages_of_the_other_groups_have_the_same_article() -> None:
    groups = {capture["group"] for capture in CAPTURES if capture["fate"] == "one_of_group"}
    assert groups == {"wheat", "phulkari", "bansuri"}
    for group in groups:
        urls = [capture["url"] for capture in CAPTURES if capture.get("group") == group]
        assert all(jaccard([urls[0], url]) == 1 for url in urls[1:])


def test_the_near_miss_is_near_but_missed() -> None:
    assert 0.2 < jaccard([capture["url"] for capture in CAPTURES if capture["case"] == "near_miss"]) < 0.4


def test_no_other_two_pages_share_text() -> None:
    texts = {
        capture["url"]: shingles(capture["url"])
        for capture in CAPTURES
        if capture["ends"] == "after_language" and "group" not in capture and capture["case"] != "near_miss"
    }
    urls = sorted(texts)
    assert not [(a, b) for i, a in enumerate(urls) for b in urls[:i] if texts[a] & texts[b] and jaccard([a, b]) > 0.1]
