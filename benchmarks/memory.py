"""Peak memory of the driver, its worker and the extractor's child on inputs that are large as a whole or in one record.

    python -m benchmarks.memory [--megabytes 600] [--inputs jsonl line warc parquet] [--folder DIR] [--languages pan hin ...]

The inputs, written by seed from the sample crawl's articles (sentences of a language drawn and put together anew; one
document in ten is an earlier one with a sentence less, so that deduplication has something to find):

jsonl: documents of some kilobytes, `--megabytes` in all.
line:  1,000 documents, and one line of 60 MB (`max_line` is 64 MiB).
warc:  2,000 pages, gzipped record by record, and one page of 15 MB (`max_page` is 16 MiB).
pages: pages, gzipped record by record, `--megabytes` in all before compression.
parquet: documents in one row group, `--megabytes` in all before compression.

Each is run with `--workers 1`. Memory is VmHWM of every process of the run, in MiB: what the kernel saw as its peak. The
worker's peak after each phase is in the receipts (`spent`): the worker is one process, so it never falls. The extractor's
child may take 2 GiB beyond what it has when loaded (`extract.memory`).
"""

import argparse
import gzip
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpusforge.plan.graph import PHASES
from corpusforge.stored_run import StoredRun

ARTICLES = Path(__file__).resolve().parents[1] / "sample_crawl" / "articles"
LANGUAGES = ("pan_Guru", "hin_Deva", "eng_Latn", "rus_Cyrl")
MIB = 2**20
_SENTENCE_END = re.compile(r"(?<=[.!?।۔])\s+")


def sentences(code: str) -> list[str]:
    """Every sentence of the articles in a language-script."""
    texts = (path.read_text(encoding="utf-8").split("\n\n", 1)[1] for path in sorted((ARTICLES / code).glob("*.txt")))
    return [one for text in texts for one in _SENTENCE_END.split(" ".join(text.split())) if len(one) > 20]


def texts(codes: list[str], seed: int = 1) -> Iterator[str]:
    """Documents of 8 to 60 sentences, without end, the languages in turn."""
    chance = random.Random(seed)
    pools = [sentences(code) for code in codes]
    earlier: list[list[str]] = []
    while True:
        for pool in pools:
            if earlier and chance.random() < 0.1:
                chosen = list(chance.choice(earlier))
                del chosen[chance.randrange(len(chosen))]
            else:
                chosen = chance.sample(pool, min(len(pool), chance.randint(8, 60)))
                earlier = [*earlier[-2000:], chosen]
            yield "\n".join(" ".join(chosen[at : at + 4]) for at in range(0, len(chosen), 4))


def as_line(number: int, text: str) -> bytes:
    """A line of JSONL."""
    row = {"id": f"d{number}", "url": f"https://news{number % 997}.example/{number}", "text": text}
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def jsonl(path: Path, codes: list[str], size: int) -> None:
    """`size` bytes of documents."""
    with path.open("wb") as file:
        for number, text in enumerate(texts(codes)):
            file.write(as_line(number, text))
            if file.tell() >= size:
                return


def line(path: Path, codes: list[str], size: int) -> None:
    """Documents, in the middle of them one line of 60 MB."""
    source = texts(codes)
    with path.open("wb") as file:
        for number in range(1000):
            if number == 500:
                file.write(as_line(number, long_text(codes, 60_000_000 - 200)))
            file.write(as_line(number, next(source)))


def warc(path: Path, codes: list[str], size: int) -> None:
    """Pages, in the middle of them one of 15 MB."""
    source = texts(codes)
    with path.open("wb") as file:
        for number in range(2000):
            file.write(gzip.compress(as_record(number, next(source)), 1))
            if number == 1000:
                file.write(gzip.compress(as_record(999_999, long_text(codes, 14_500_000)), 1))


def pages(path: Path, codes: list[str], size: int) -> None:
    """`size` bytes of pages."""
    written = 0
    with path.open("wb") as file:
        for number, text in enumerate(texts(codes)):
            record = as_record(number, text)
            file.write(gzip.compress(record, 1))
            written += len(record)
            if written >= size:
                return


def parquet(path: Path, codes: list[str], size: int) -> None:
    """`size` bytes of documents in one row group."""
    held = 0
    columns: dict[str, list[str]] = {"id": [], "url": [], "text": []}
    for number, text in enumerate(texts(codes)):
        columns["id"].append(f"d{number}")
        columns["url"].append(f"https://news{number % 997}.example/{number}")
        columns["text"].append(text)
        held += len(text.encode())
        if held >= size:
            break
    table = pa.table({name: pa.array(values, pa.large_string()) for name, values in columns.items()})
    pq.write_table(table, path, compression="zstd", row_group_size=table.num_rows)


def long_text(codes: list[str], size: int) -> str:
    """One text of just under `size` bytes."""
    parts: list[str] = []
    for text in texts(codes[:1], seed=2):
        size -= len(text.encode()) + 2  # two: the newline's spelling in JSON
        if size < 0:
            return "\n".join(parts)
        parts.append(text)
    return ""


def as_record(number: int, text: str) -> bytes:
    """A WARC response: a page with a menu and an article."""
    menu = "".join(f'<li><a href="/{item}">{item}</a></li>' for item in range(30))
    paragraphs = "".join(f"<p>{paragraph}</p>\n" for paragraph in text.split("\n"))
    page = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{text[:60]}</title></head><body><nav><ul>{menu}"
        f"</ul></nav><main><article><h1>{text[:60]}</h1>\n{paragraphs}</article></main></body></html>"
    )
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Target-URI: https://news{number % 97}.example/{number}\r\nWARC-Date: 2025-01-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


INPUTS = {
    "jsonl": (jsonl, "web.jsonl"),
    "line": (line, "web.jsonl"),
    "warc": (warc, "web.warc.gz"),
    "pages": (pages, "web.warc.gz"),
    "parquet": (parquet, "web.parquet"),
}


def family(pid: int) -> dict[int, str]:
    """A process and those it started, by id, each under the name of its part in the run."""
    found, waiting = {pid: "driver"}, [pid]
    while waiting:
        parent = waiting.pop()
        for child in map(int, read(f"/proc/{parent}/task/{parent}/children").split()):
            command = read(f"/proc/{child}/cmdline")
            if part := "extractor" if "sandbox_child" in command else "worker" if "spawn_main" in command else "":
                found[child] = part
            waiting.append(child)
    return found


def read(path: str) -> str:
    """A file of /proc; empty when its process is gone."""
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def peak(pid: int) -> int:
    """Highest resident size of a process so far, in bytes; 0 when it is gone."""
    found = re.search(r"VmHWM:\s+(\d+) kB", read(f"/proc/{pid}/status"))
    return int(found[1]) * 1024 if found else 0


def measure(command: list[str]) -> tuple[dict[str, int], float]:
    """Run a command: (bytes of the highest peak by part, seconds). Exits when the command fails."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peaks: dict[str, int] = {}
    while process.poll() is None:
        for pid, part in family(process.pid).items():
            peaks[part] = max(peaks.get(part, 0), peak(pid))
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n{process.stderr and process.stderr.read()}")
    return peaks, time.monotonic() - began


def report(name: str, size: int, out: Path, peaks: dict[str, int], seconds: float) -> None:
    """Print one input's figures."""
    receipts = StoredRun(str(out)).receipts
    shown = ", ".join(f"{part} {value / MIB:,.0f}" for part, value in peaks.items())
    print(f"{name:<8}{size / 1e6:>8,.0f} MB{seconds:>8.1f} s   peak RSS in MiB: {shown}")
    for phase in PHASES:
        spent = [receipt.spent for receipt in receipts.values() if receipt.phase == phase]
        cpu, most = sum(one["cpu_s"] for one in spent), max(one["peak_rss"] for one in spent)
        # Of pages most of the work is the extractor's, which is no part of the worker's CPU time.
        speed = f"{size / 1e6 / cpu:>8.2f} MB/s/core" if phase == "ingest" and "extractor" not in peaks else ""
        print(f"        {phase:<12}{cpu:>8.1f} s of CPU, worker's peak so far {most / MIB:>7,.0f} MiB{speed}")


def main() -> None:
    """Make the inputs, run each, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=600)
    parser.add_argument("--inputs", nargs="+", choices=list(INPUTS), default=list(INPUTS))
    parser.add_argument("--languages", nargs="+", default=list(LANGUAGES))
    parser.add_argument("--folder", type=Path, help="where to keep inputs and runs (default: a temporary directory)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        for name in arguments.inputs:
            write, file = INPUTS[name]
            path, out = folder / name / file, folder / f"{name}-run"
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, arguments.languages, arguments.megabytes * 1_000_000)
            command = [sys.executable, "-m", "corpusforge", "run", "fineweb2-style", "--workers", "1"]
            command += ["--lang", ",".join(arguments.languages), "--input", str(path), "--out", str(out)]
            peaks, seconds = measure(command)
            report(name, path.stat().st_size, out, peaks, seconds)


if __name__ == "__main__":
    main()
