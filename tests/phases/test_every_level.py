"""`fineweb2-deduplicated` on the bundled crawl: the fates of its hand-written manifest, copies being told apart by kind."""

from collections.abc import Callable
from pathlib import Path

from tests.test_sample_crawl import MANIFEST, Found

Call = Callable[..., "subprocess.CompletedProcess[str]"]  # type: ignore[name-defined]  # noqa: F821

# By the manifest's groups. Equal texts: two of the three pages of `wheat` have one URL but for its tracking parameter. The
# two of `phulkari` differ by a heading.
COPIES = {
    "wheat": ["exact_duplicate", "kept", "url_duplicate"],
    "bansuri": ["exact_duplicate", "kept"],
    "phulkari": ["duplicate", "kept"],
}


def test_every_capture_has_the_fate_of_its_kind(corpusforge: Call, tmp_path: Path) -> None:
    done = corpusforge("run", "fineweb2-deduplicated", "--lang", "all", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0
    found = Found(tmp_path / "out")
    groups: dict[str, list[str]] = {}
    for file in MANIFEST["files"]:
        for capture in file["captures"]:
            place = (file["name"], capture["url"])
            if capture["fate"] == "one_of_group":
                groups.setdefault(capture["group"], []).append(found.fate[place])
            elif capture["fate"] in ("kept", "duplicate", "extract_empty", "url_blocked"):
                assert found.fate[place] == capture["fate"], place
    assert {name: sorted(fates) for name, fates in groups.items()} == COPIES
