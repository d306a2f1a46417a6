"""Hostile and unlucky surroundings: pages that hang the extractor, full disks, missing files, terminals."""

import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.conftest import articles

Call = Callable[..., "subprocess.CompletedProcess[str]"]

# libxml2 takes quadratic time in the attributes of one tag; this many keep it busy for minutes.
HANGS = "<html><body><p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">x</p></body></html>"


def page(text: str) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return f"<html><head><meta charset=utf-8><title>t</title></head><body><article>{paragraphs}</article></body></html>"


def write_warc(path: Path, pages: list[tuple[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, html in pages:
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=io.BytesIO(html.encode()), http_headers=headers)
            )
    return path


def test_a_page_that_hangs_the_extractor_costs_only_itself(corpusforge: Call, tmp_path: Path) -> None:
    texts = articles("pan_Guru")[:4]
    pages = [(f"https://a.example/{n}", page(text)) for n, text in enumerate(texts)]
    path = write_warc(tmp_path / "web" / "poison.warc.gz", [*pages[:2], ("https://a.example/hangs", HANGS), *pages[2:]])
    done = corpusforge(
        "run",
        "fineweb2-style",
        "--lang",
        "pan",
        "--input",
        path,
        "--out",
        tmp_path / "out",
        "--set",
        "extract.watchdog_s=3",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["fates"] == {"kept": 4, "stage_error/timeout": 1}
    said = corpusforge("why", tmp_path / "out", "https://a.example/hangs")
    assert "stage_error/timeout" in said.stdout and "3 s" in said.stdout


def test_a_page_that_eats_memory_costs_only_itself(corpusforge: Call, tmp_path: Path) -> None:
    pages = [(f"https://a.example/{n}", page(text)) for n, text in enumerate(articles("pan_Guru")[:3])]
    heavy = "<html><body>" + "<p>ਪੰਜਾਬੀ <b>ਬੋਲੀ</b></p>" * 250_000 + "</body></html>"
    path = write_warc(tmp_path / "web" / "heavy.warc.gz", [pages[0], ("https://a.example/heavy", heavy), *pages[1:]])
    done = corpusforge(
        "run",
        "fineweb2-style",
        "--lang",
        "pan",
        "--input",
        path,
        "--out",
        tmp_path / "out",
        "--json",
        "--set",
        "extract.memory=200 MiB",
        "--set",
        "extract.watchdog_s=300",
    )
    assert done.returncode == 0, done.stderr
    fates = json.loads(done.stdout)["fates"]
    assert fates["kept"] == 3 and fates["stage_error/extract"] == 1
    assert "memory" in corpusforge("why", tmp_path / "out", "https://a.example/heavy").stdout


def test_a_stage_that_fails_on_many_records_fails_the_run_loudly(corpusforge: Call, tmp_path: Path) -> None:
    heavy = "<html><body>" + "<p>ਪੰਜਾਬੀ <b>ਬੋਲੀ</b></p>" * 150_000 + "</body></html>"
    pages = [(f"https://a.example/{n}", page(articles("pan_Guru")[n]) if n % 4 else heavy) for n in range(24)]
    path = write_warc(tmp_path / "web" / "many.warc.gz", pages)
    done = corpusforge(
        "run",
        "fineweb2-style",
        "--lang",
        "pan",
        "--input",
        path,
        "--out",
        tmp_path / "out",
        "--set",
        "extract.memory=20 MiB",
    )
    assert done.returncode == 1 and "stage 'extract' failed on" in done.stderr and "Traceback" not in done.stderr


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_stops_cleanly_and_the_run_resumes(
    corpusforge: Call, small_inputs: Path, tmp_path: Path, tiny_disk: Path
) -> None:
    arguments = ("run", "fineweb2-style", "--lang", "pan", "--input", f"{small_inputs}/*.jsonl", "--out")
    (tiny_disk / "ballast").write_bytes(b"\1" * 250_000)
    done = corpusforge(*arguments, tiny_disk / "out")
    assert done.returncode == 1 and "no space left" in done.stderr and "can be resumed" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in (tiny_disk / "out").rglob("*.parquet") if path.stat().st_size == 0]
    (tiny_disk / "ballast").unlink()
    subprocess.run(["mount", "-o", "remount,size=40m", tiny_disk], check=True)
    assert corpusforge(*arguments, tiny_disk / "out").returncode == 0
    assert corpusforge("verify", tiny_disk / "out", "--inputs").returncode == 0


def test_formats_are_found_by_content_and_strangers_are_named(
    corpusforge: Call, small_inputs: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "web"
    folder.mkdir()
    shutil.copy(small_inputs / "a.jsonl", folder / "really-jsonl.warc")
    (folder / "notes.txt").write_text("just notes")
    done = corpusforge("run", "fineweb2-style", "--lang", "pan", "--input", f"{folder}/*", "--out", tmp_path / "out")
    assert done.returncode == 0 and "skipped" in done.stderr and "notes.txt" in done.stderr
    named = corpusforge(
        "run", "fineweb2-style", "--lang", "pan", "--input", folder / "notes.txt", "--out", tmp_path / "other"
    )
    assert named.returncode == 1 and "notes.txt" in named.stderr and not (tmp_path / "other").exists()


def test_escape_sequences_never_reach_the_terminal(corpusforge: Call, tmp_path: Path) -> None:
    text = articles("pan_Guru")[0] + "\n\x1b[31mਲਾਲ\x1b[0m \u202eਉਲਟਾ।"
    path = tmp_path / "web" / "escapes.jsonl"
    path.parent.mkdir()
    path.write_text(json.dumps({"id": "\x1b]0;owned\x07", "url": "https://a.example/\x1b[2J", "text": text}) + "\n")
    assert (
        corpusforge("run", "fineweb2-style", "--lang", "pan", "--input", path, "--out", tmp_path / "out").returncode
        == 0
    )
    key = json.loads(corpusforge("export", tmp_path / "out", "--fate", "kept").stdout)["key"]
    said = corpusforge("why", tmp_path / "out", key)
    assert said.returncode == 0 and "\\x1b[2J" in said.stdout
    assert not any(character in said.stdout for character in "\x1b\x07\u202e")


def test_an_archive_damaged_at_its_begin_is_an_input_with_its_damage(corpusforge: Call, tmp_path: Path) -> None:
    pages = [(f"https://a.example/{n}", page(text)) for n, text in enumerate(articles("pan_Guru")[:4])]
    flipped = write_warc(tmp_path / "web" / "flipped.warc.gz", pages)
    data = bytearray(flipped.read_bytes())
    data[12:60] = bytes(byte ^ 0xFF for byte in data[12:60])
    flipped.write_bytes(data)
    (tmp_path / "web" / "pointer.warc.gz").write_text("version https://git-lfs.github.com/spec/v1\nsize 7\n")
    (tmp_path / "web" / "notes.txt").write_text("just notes")
    arguments = ("--lang", "pan", "--input", tmp_path / "web", "--out", tmp_path / "out")
    done = corpusforge("run", "fineweb2-style", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["fates"] == {"kept": 3, "corrupt_record": 2}
    verdict = corpusforge("verify", tmp_path / "out", "--inputs")
    assert verdict.returncode == 0 and "skipped web/notes.txt" in verdict.stdout
    assert "flipped.warc.gz: 1 damaged range" in verdict.stdout


@pytest.mark.parametrize("damage", ["deleted", "{", "{}"])
def test_a_lost_run_json_is_written_anew_and_no_work_is_lost(
    corpusforge: Call, small_inputs: Path, tmp_path: Path, damage: str
) -> None:
    arguments = ("fineweb2-style", "--lang", "pan", "--input", small_inputs / "a.jsonl", "--out", tmp_path / "out")
    assert corpusforge("run", *arguments).returncode == 0
    description = tmp_path / "out" / "run.json"
    if damage == "deleted":
        description.unlink()
    else:
        description.write_text(damage)
    for command in ("verify", "report"):
        said = corpusforge(command, tmp_path / "out")
        assert said.returncode == 1 and "Traceback" not in said.stderr
    done = corpusforge("run", *arguments)
    assert done.returncode == 0 and "units to do" not in done.stderr
    assert corpusforge("verify", tmp_path / "out").returncode == 0


@pytest.mark.parametrize("layer", ["documents", "signals", "records", "clusters", "fates", "data"])
def test_a_missing_file_of_a_run_is_named_with_the_mend(
    corpusforge: Call, small_inputs: Path, tmp_path: Path, layer: str
) -> None:
    arguments = ("fineweb2-style", "--lang", "pan", "--input", small_inputs / "a.jsonl", "--out", tmp_path / "out")
    assert corpusforge("run", *arguments).returncode == 0
    for victim in (tmp_path / "out" / layer).rglob("*.parquet"):
        victim.unlink()
    said = corpusforge("verify", tmp_path / "out")
    assert said.returncode == 1 and "missing; run the recipe again" in said.stdout
    for command in (("export", "--fate", "kept"), ("report",), ("whatif", "--set", "pan_Guru.min_words=10")):
        said = corpusforge(command[0], tmp_path / "out", *command[1:])
        assert "Traceback" not in said.stderr
        assert said.returncode == 0 or "missing; run the recipe again" in said.stderr
    assert corpusforge("run", *arguments).returncode == 0
    assert corpusforge("verify", tmp_path / "out").returncode == 0


def test_a_place_that_cannot_be_written_is_named(corpusforge: Call, small_inputs: Path, tmp_path: Path) -> None:
    arguments = ("fineweb2-style", "--lang", "pan", "--input", small_inputs / "a.jsonl", "--out", tmp_path / "out")
    assert corpusforge("run", *arguments).returncode == 0
    (tmp_path / "file").write_text("")
    for command in (
        ("export", tmp_path / "out", "--fate", "kept", "--to", tmp_path / "nowhere" / "x.jsonl"),
        ("export", tmp_path / "out", "--fate", "kept", "--to", tmp_path),
        ("sample", tmp_path / "file" / "crawl"),
    ):
        said = corpusforge(*command)
        assert said.returncode == 1 and str(tmp_path) in said.stderr and "Traceback" not in said.stderr
