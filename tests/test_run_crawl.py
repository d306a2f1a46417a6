"""`--crawl` as a user runs it: over a web server and a mirrored folder, planned, killed, resumed, verified."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tools.mirror import build_mirror

from tests.crawl.conftest import CRAWL, OLDER, SAMPLE, languages
from tests.crawl.server import Fault, Web, serving
from tests.runs import digest

Call = Callable[..., "subprocess.CompletedProcess[str]"]
COMMON = ("fineweb2-style", "--lang", "pan_Guru")


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("mirror")
    files = [SAMPLE / f"CC-SAMPLE-2025-26-0000{n}.warc.gz" for n in range(2)]
    build_mirror(files[:1], out, OLDER, languages, index_files=1)
    build_mirror(files, out, CRAWL, languages, row_group=16)
    return out


@pytest.fixture
def web(mirror: Path) -> Iterator[Web]:
    with serving(mirror) as server:
        yield server


@pytest.fixture(autouse=True)
def _slots_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))


@pytest.fixture(scope="module")
def whole(corpusforge: Call, mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the crawl's WARC files, read whole."""
    out = tmp_path_factory.mktemp("whole") / "run"
    done = corpusforge("run", *COMMON, "--input", mirror / "crawl-data" / CRAWL, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def _rows(run: Path, layer: str) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in sorted((run / layer).rglob("*.parquet"))]).sort("key")


def test_records_fetched_one_by_one_are_those_of_the_whole_files(
    corpusforge: Call, web: Web, whole: Path, tmp_path: Path
) -> None:
    arguments = (*COMMON, "--crawl", CRAWL, "--crawl-root", web.url, "--crawl-rest", "1", "--out", tmp_path / "out")
    done = corpusforge("run", *arguments)
    assert done.returncode == 0, done.stderr
    ours, theirs = _rows(tmp_path / "out", "records"), _rows(whole, "records")
    assert ours.height > 30 and ours.equals(
        theirs.join(ours.select("key"), on="key", how="semi", maintain_order="left")
    )
    # What the index lists is all that can become a document: the corpora are the same, byte by byte where files are.
    for layer in ("documents", "data"):
        assert _rows(tmp_path / "out", layer).equals(_rows(whole, layer))
    data = [path for path in digest(whole) if path.startswith("data/") and path.endswith(".parquet")]
    assert data and all(digest(whole)[path] == digest(tmp_path / "out")[path] for path in data)
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0
    assert corpusforge("plan", *arguments).returncode == 0


def test_plan_tells_what_will_be_fetched_and_fetches_nothing_but_the_index(
    corpusforge: Call, web: Web, mirror: Path, tmp_path: Path
) -> None:
    arguments = (*COMMON, "--crawl", "latest", "--crawl-root", web.url, "--out", tmp_path / "out")
    planned = corpusforge("plan", *arguments, "--json")
    assert planned.returncode == 2, planned.stderr
    (crawl,) = json.loads(planned.stdout)["crawls"]
    index = pl.concat(
        pl.read_parquet(path, hive_partitioning=False) for path in sorted(mirror.rglob(f"crawl={CRAWL}/**/*.parquet"))
    )
    named = index.filter(pl.col("content_languages").str.split(",").list.contains("pan"))
    assert crawl["records"] == named.height and crawl["bytes"] == named["warc_record_length"].sum()
    assert crawl["chosen"] == {"pan": named.height} and crawl["warc_files"] == 2
    assert crawl["seconds"] is not None and web.ranges(".warc.gz") == []
    assert f"index of {CRAWL}: 2 files" in planned.stderr
    text = corpusforge("plan", *arguments)
    assert f"selected {named.height} records (pan {named.height}) in 2 WARC files" in text.stdout
    assert "rest     none: what the index misses is not measured" in text.stdout
    web.asked.clear()
    done = corpusforge("run", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    asked = web.ranges(".warc.gz")
    assert web.ranges("part-") == [], "the run searched the index again"
    assert len(asked) == len(set(asked)) == crawl["requests"]
    fetched = sum(int(b) - int(a) + 1 for _, given in asked for a, b in [(given or "")[6:].split("-")])
    assert fetched == crawl["bytes_to_fetch"]
    nothing = json.loads(corpusforge("plan", *arguments, "--json").stdout)["crawls"][0]
    assert (nothing["requests"], nothing["bytes_to_fetch"]) == (0, 0)


def test_the_rest_measures_what_the_index_misses(corpusforge: Call, mirror: Path, whole: Path, tmp_path: Path) -> None:
    arguments = (*COMMON, "--crawl", CRAWL, "--crawl-root", mirror, "--crawl-rest", "1", "--out", tmp_path / "out")
    done = corpusforge("run", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    (crawl,) = json.loads(done.stdout)["crawls"]
    index = pl.concat(
        pl.read_parquet(path, hive_partitioning=False) for path in sorted(mirror.rglob(f"crawl={CRAWL}/**/*.parquet"))
    )
    named = index.filter(pl.col("content_languages").str.split(",").list.contains("pan"))
    places = {
        (name.removeprefix("crawl-data/"), at)
        for name, at in named.select("warc_filename", "warc_record_offset").rows()
    }
    documents = _rows(whole, "documents").select("file_path", "member_offset").rows()
    assert crawl["named"]["records"] == named.height
    assert crawl["named"]["documents"] == sum(place in places for place in documents)
    assert crawl["rest"]["documents"] == sum(place not in places for place in documents)
    missed = crawl["rest"]["documents"]
    assert crawl["missed"]["documents"] == missed and crawl["missed"]["interval"] == [missed, missed]
    report = json.loads((tmp_path / "out" / "report" / "report.json").read_text())
    assert report["crawls"] == [crawl]
    assert "random rest" in (tmp_path / "out" / "report" / "index.html").read_text()


@pytest.fixture(scope="module")
def clean(corpusforge: Call, mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """A run that nothing disturbed, and what it asked for of WARC files."""
    out = tmp_path_factory.mktemp("clean") / "run"
    with serving(mirror) as web:
        done = corpusforge("run", *COMMON, "--crawl", CRAWL, "--crawl-root", web.url, "--out", out)
        assert done.returncode == 0, done.stderr
        return out, sorted(web.ranges(".warc.gz"))


@pytest.mark.parametrize(
    ("fault", "role"),
    [("crawl:index-file:1", "driver"), ("crawl:chunk:1", "worker"), ("ledger:before-segment:1", "driver")],
)
def test_a_killed_run_goes_on_and_fetches_only_what_is_missing(
    corpusforge: Call, web: Web, clean: tuple[Path, list[Any]], tmp_path: Path, fault: str, role: str
) -> None:
    arguments = (*COMMON, "--crawl", CRAWL, "--crawl-root", web.url, "--workers", "1", "--out", tmp_path / "out")
    mark = tmp_path / "mark"
    environment = {"CORPUSFORGE_FAULT": fault, "CORPUSFORGE_FAULT_IN": role, "CORPUSFORGE_FAULT_MARK": str(mark)}
    killed = corpusforge("run", *arguments, env=environment)
    assert mark.exists(), "nothing died"
    assert killed.returncode == (-9 if role == "driver" else 0)
    assert corpusforge("run", *arguments).returncode == 0
    assert sorted(web.ranges(".warc.gz")) == clean[1]
    assert digest(tmp_path / "out") == digest(clean[0])
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0


def test_refused_records_have_a_fate_and_the_next_run_asks_for_them_again(
    corpusforge: Call, web: Web, mirror: Path, clean: tuple[Path, list[Any]], tmp_path: Path
) -> None:
    arguments = (*COMMON, "--crawl", CRAWL, "--crawl-root", web.url, "--out", tmp_path / "out")
    path = next(path for path in sorted(mirror.rglob("*00001.warc.gz")) if CRAWL in str(path)).relative_to(mirror)
    web.faults[path.as_posix()] = [Fault(503, (("Retry-After", "9999"),))]  # longer than anyone waits
    done = corpusforge("run", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    lost = result["fates"]["not_fetched"]
    assert lost > 0 and result["crawls"][0]["named"]["not_fetched"] == lost
    assert corpusforge("verify", tmp_path / "out").returncode == 0
    planned = corpusforge("plan", *arguments)
    assert planned.returncode == 2 and "could not be fetched; they are asked for again" in planned.stdout
    web.asked.clear()
    assert corpusforge("run", *arguments).returncode == 0
    assert {name for name, _ in web.ranges(".warc.gz")} == {path.as_posix()}
    assert corpusforge("plan", *arguments).returncode == 0
    assert digest(tmp_path / "out") == digest(clean[0])


def test_a_missing_warc_file_is_a_fate_that_stays(corpusforge: Call, mirror: Path, tmp_path: Path) -> None:
    shutil.copytree(mirror, tmp_path / "mirror")
    (path,) = [path for path in (tmp_path / "mirror").rglob("*00001.warc.gz") if CRAWL in str(path)]
    path.unlink()
    root = tmp_path / "mirror"
    arguments = (*COMMON, "--crawl", CRAWL, "--crawl-root", root, "--out", tmp_path / "out")
    done = corpusforge("run", *arguments, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["fates"]["not_fetched"] > 0
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0
    assert corpusforge("plan", *arguments).returncode == 0
    listed = corpusforge("export", tmp_path / "out", "--fate", "not_fetched").stdout.splitlines()
    assert "there is no such file" in json.loads(listed[0])["error"]


def test_another_crawl_is_added_and_the_first_is_not_fetched_again(corpusforge: Call, web: Web, tmp_path: Path) -> None:
    common = (*COMMON, "--crawl-root", web.url, "--out", tmp_path / "out")
    assert corpusforge("run", *common, "--crawl", CRAWL).returncode == 0
    web.asked.clear()
    done = corpusforge("run", *common, "--crawl", f"{OLDER}..{CRAWL}", "--json")
    assert done.returncode == 0, done.stderr
    assert {name.split("/")[1] for name, _ in web.ranges(".warc.gz")} == {OLDER}
    assert {crawl["crawl"] for crawl in json.loads(done.stdout)["crawls"]} == {OLDER, CRAWL}
    dumps = _rows(tmp_path / "out", "records")["dump"].unique().to_list()
    assert sorted(dumps) == [OLDER, CRAWL]


def test_a_changed_setting_needs_no_network(corpusforge: Call, mirror: Path, tmp_path: Path) -> None:
    with serving(mirror) as web:
        common = (*COMMON, "--crawl", CRAWL, "--crawl-root", web.url, "--out", tmp_path / "out")
        assert corpusforge("run", *common).returncode == 0
        web.asked.clear()
        assert corpusforge("run", *common, "--set", "extract.engine=blocks").returncode == 0
        assert web.ranges(".warc.gz") == [] and web.ranges("part-") == []
    # Now the server is gone.
    done = corpusforge("run", *common, "--set", "extract.engine=trafilatura")
    assert done.returncode == 0, done.stderr
    assert f"going on with what the index of {CRAWL} told before" in done.stderr
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0
    other = corpusforge("run", *common, "--crawl-rest", "0.5")
    assert other.returncode == 1 and "no connection" in other.stderr
    assert corpusforge("whatif", tmp_path / "out", "--set", "pan_Guru.min_stop_words=1").returncode == 0


def test_pruned_bytes_are_fetched_again_only_when_they_are_needed(corpusforge: Call, web: Web, tmp_path: Path) -> None:
    common = (*COMMON, "--crawl", CRAWL, "--crawl-root", web.url, "--out", tmp_path / "out")
    assert corpusforge("run", *common).returncode == 0
    freed = json.loads(corpusforge("prune", tmp_path / "out", "--json").stdout)
    assert freed["fetched_bytes"] > 0 and not list((tmp_path / "out" / "fetched").glob("*"))
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0
    assert corpusforge("plan", *common).returncode == 0
    web.asked.clear()
    assert corpusforge("run", *common, "--set", "extract.engine=blocks").returncode == 0
    assert web.ranges(".warc.gz") != []


BAD: list[tuple[tuple[str, ...], str]] = [
    (
        ("--crawl", "CC-MAIN-2031-01"),
        "has no index of such a crawl; near it: CC-MAIN-2024-10, CC-MAIN-2025-26; the latest",
    ),
    (("--crawl", "CC-MAIN-2019-01..CC-MAIN-2020-01"), "no crawl lies in this range"),
    (("--crawl", "lastest"), "not a crawl's id"),
    (("--crawl", ""), "name a crawl"),
    (("--crawl", "latest", "--crawl-rest", "2"), "a share from 0 (none) to 1 (all)"),
    (("--crawl", "latest", "--lang", "pnb"), "the index cannot name pnb_Arab"),
    (("--crawl", "latest", "--lang", "all"), "read the crawl's files whole"),
    (("--crawl", "latest", "--lang", "kor"), "the index names no record in kor"),
    (("--crawl", "latest", "--crawl-codes", "punjabi"), "the index has no such code"),
    (("--crawl-rest", "0.1"), "--crawl-rest: belongs to --crawl"),
]


@pytest.mark.parametrize(("flags", "said"), BAD, ids=[" ".join(flags) for flags, _ in BAD])
def test_bad_requests_end_before_work_starts(
    corpusforge: Call, mirror: Path, tmp_path: Path, flags: tuple[str, ...], said: str
) -> None:
    root = () if "--crawl" not in flags else ("--crawl-root", str(mirror))
    done = corpusforge("run", *COMMON, *flags, *root, "--out", tmp_path / "out")
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("run.json"))


def test_roots_that_are_none(corpusforge: Call, tmp_path: Path) -> None:
    def said(root: str | Path) -> str:
        done = corpusforge("plan", *COMMON, "--crawl", CRAWL, "--crawl-root", root, "--out", tmp_path / "out")
        assert done.returncode == 1 and "Traceback" not in done.stderr and not (tmp_path / "out").exists()
        return done.stderr

    (tmp_path / "empty").mkdir()
    assert "there is no such directory" in said(tmp_path / "nothing")
    assert f"{tmp_path}/empty has no index of such a crawl" in said(tmp_path / "empty")


def test_s3_is_a_root_like_any_other(corpusforge: Call, mirror: Path, whole: Path, tmp_path: Path) -> None:
    import fsspec
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment: dict[str, Any] = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        options = {"key": "test", "secret": "test", "endpoint_url": environment["AWS_ENDPOINT_URL"]}
        bucket = fsspec.filesystem("s3", **options, skip_instance_cache=True)
        bucket.mkdir("crawls")
        for path in mirror.rglob("*"):
            if path.is_file():
                bucket.put_file(str(path), f"crawls/{path.relative_to(mirror)}")
        flags = ("--crawl", "latest", "--crawl-root", "s3://crawls", "--out", tmp_path / "out")
        done = corpusforge("run", *COMMON, *flags, env=environment)
        assert done.returncode == 0, done.stderr
        ours = _rows(tmp_path / "out", "documents")
        assert ours.height and ours.equals(_rows(whole, "documents").join(ours.select("key"), on="key", how="semi"))
    finally:
        server.stop()
