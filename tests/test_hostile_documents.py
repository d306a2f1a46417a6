"""Documents made to hurt, as JSON Lines and Parquet through a whole run: each costs itself, and has one known fate."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpusforge.stored_run import StoredRun
from tests.conftest import articles

Call = Callable[..., "subprocess.CompletedProcess[str]"]


def json_line(name: str, text: str) -> bytes:
    """A row, non-ASCII characters escaped."""
    return json.dumps({"id": name, "text": text}).encode() + b"\n"


def test_every_document_has_its_fate(corpusforge: Call, tmp_path: Path) -> None:
    plain = articles("pan_Guru")
    (tmp_path / "web").mkdir()
    lines = [
        json_line("first", plain[0]),
        json_line("one line", "ਪਾਣੀ ਹੈ। " * 800_000),  # 7.2 million characters, 17 MB
        json_line("words of one letter", "ਕ ਖ " * 500_000),
        json_line("one letter", "ਕ" * 1_000_000),
        json_line("marks", "\u0301" * 1_000_000),
        json_line("spaces", " \u3000\t" * 500_000),
        json_line("nul", plain[1] + "\0"),
        json_line("separators", plain[2].replace("\n", "\u2028")),
        json_line("line ends", plain[3] + "\r\x0b\x0c\x1c\x85\u2029" * 10_000),
        b'{"id": "half a pair", "text": "' + plain[4].replace("\n", " ").encode() + b' \\ud83d"}\n',
        b'{"id": "a pair", "text": "' + plain[5].replace("\n", " ").encode() + b' \\ud83d\\ude00\xe0\xa5\xa4"}\n',
        b'{"id": "not UTF-8", "text": "' + plain[6].replace("\n", " ").encode() + b' \xff\xed\xa0\x80"}\n',
        json_line("last", plain[7]),
    ]
    (tmp_path / "web" / "a.jsonl").write_bytes(b"".join(lines))
    rows = pa.array([plain[8].encode() + b"\xff", plain[9].encode()], pa.binary())
    column = pa.Array.from_buffers(pa.string(), 2, rows.buffers())  # text by type alone
    pq.write_table(pa.table({"id": ["bytes", "row"], "text": column}), tmp_path / "web" / "b.parquet")
    done = corpusforge(
        "run", "fineweb2-style", "--lang", "pan", "--input", f"{tmp_path}/web/*", "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    run = StoredRun(str(tmp_path / "out"))
    fates = {row["key"]: row["fate"] for row in run.fates("pan_Guru").to_dicts()}
    found = {}
    for table in run.records(["key", "id", "fate", "file_path", "offset"]):
        for row in table.to_pylist():
            found[row["id"] or f"byte {row['offset']}"] = row["fate"] or fates[row["key"]]
    not_utf8 = f"byte {sum(map(len, lines[:11]))}"
    assert found == {
        "first": "kept",
        # Two words and a mark: the 2-gram "ਪਾਣੀ ਹੈ" has 7 characters of each 9.
        "one line": "gopher_repetition/top_2_gram_frac",
        "words of one letter": "gopher_repetition/top_2_gram_frac",  # 3 characters of each 4
        "one letter": "fineweb_quality/line_punct_ratio",
        "marks": "language_unconfigured",
        "spaces": "empty_body",
        "nul": "invalid_text",
        "separators": "kept",
        "line ends": "kept",
        "half a pair": "invalid_text",
        "a pair": "kept",
        not_utf8: "corrupt_record",
        "last": "kept",
        "bytes": "invalid_text",
        "row": "kept",
    }
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0
