"""Inputs on the Hugging Face Hub: `hf://`, against a server that speaks the part of the Hub's API that reading needs."""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.runs import digest

Call = Callable[..., subprocess.CompletedProcess[str]]

REPOSITORY = "writers/web"  # its last part names the inputs, as the folder `web` of the small inputs does
PAGE = 2  # entries per page of a listing: the Hub's own is 1,000


class Hub(BaseHTTPRequestHandler):
    """One public dataset repository with one revision, `main`. The API: https://huggingface.co/docs/hub/api."""

    files: dict[str, bytes]
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        if path in (f"/api/datasets/{REPOSITORY}", f"/api/datasets/{REPOSITORY}/revision/main"):
            return self._json({"id": REPOSITORY, "sha": "0" * 40, "private": False, "siblings": []})
        if match := re.fullmatch(f"/api/datasets/{REPOSITORY}/tree/main/?(.*)", path):
            return self._tree(match[1], query)
        if match := re.fullmatch(f"/datasets/{REPOSITORY}/resolve/main/(.+)", path):
            return self._file(match[1])
        if path.startswith(f"/api/datasets/{REPOSITORY}/revision/"):
            return self._refuse(404, "RevisionNotFound", "Invalid rev id")
        # What the Hub says of a repository that is not there, or not for who asks.
        return self._refuse(401, "RepoNotFound", "Repository not found")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if urlsplit(self.path).path != f"/api/datasets/{REPOSITORY}/paths-info/main":
            return self._refuse(401, "RepoNotFound", "Repository not found")
        is_json = self.headers.get("Content-Type", "").startswith("application/json")
        paths = json.loads(asked)["paths"] if is_json else parse_qs(asked.decode())["paths"]
        return self._json([self._entry(path) for path in paths if path in self.files])

    def _tree(self, folder: str, query: dict[str, list[str]]) -> None:
        below = f"{folder}/" if folder else ""
        files = [path for path in sorted(self.files) if path.startswith(below)]
        if not files:
            return self._refuse(404, "EntryNotFound", f"{folder} does not exist on main")
        folders = {path[: at.start()] for path in files for at in re.finditer("/", path) if at.start() > len(below)}
        entries = [*({"type": "directory", "oid": "0" * 40, "size": 0, "path": path} for path in sorted(folders))]
        entries += [self._entry(path) for path in files]
        if query.get("recursive", ["false"])[0].lower() != "true":
            entries = [entry for entry in entries if "/" not in str(entry["path"])[len(below) :]]
        start = int(query.get("cursor", ["0"])[0])
        more = {"Link": f'<{self._here()}?{self._next(query, start + PAGE)}>; rel="next"'}
        return self._json(entries[start : start + PAGE], more if start + PAGE < len(entries) else {})

    def _here(self) -> str:
        return f"http://{self.headers['Host']}{urlsplit(self.path).path}"

    def _next(self, query: dict[str, list[str]], start: int) -> str:
        return "&".join(f"{k}={v}" for k, v in {**{k: v[0] for k, v in query.items()}, "cursor": start}.items())

    def _entry(self, path: str) -> dict[str, object]:
        data = self.files[path]
        oid = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        return {"type": "file", "oid": oid, "size": len(data), "path": path}

    def _file(self, path: str) -> None:
        data = self.files.get(path)
        if data is None:
            return self._refuse(404, "EntryNotFound", "Entry not found")
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not wanted:
            return self._send(200, data, {"Accept-Ranges": "bytes"})
        first, last = int(wanted[1]), min(int(wanted[2] or len(data)), len(data) - 1)
        return self._send(206, data[first : last + 1], {"Content-Range": f"bytes {first}-{last}/{len(data)}"})

    def _json(self, value: object, headers: dict[str, str] | None = None) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})

    def _refuse(self, status: int, code: str, message: str) -> None:
        body = json.dumps({"error": message}).encode()
        self._send(status, body, {"X-Error-Code": code, "X-Error-Message": message})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "X-Repo-Commit": "0" * 40}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@pytest.fixture(scope="module")
def hub(small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment for a Hub that holds the small inputs: two at the top of the repository, one in a folder."""
    files = {path.name: path.read_bytes() for path in sorted(small_inputs.glob("*.jsonl"))}
    files["more/c.jsonl"] = files.pop("c.jsonl")
    handler = type("Filled", (Hub,), {"files": {**files, "README.md": b"# Articles\n"}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "HF_HOME": str(tmp_path_factory.mktemp("hf")),
        "HF_TOKEN": "",
    }
    server.shutdown()


def test_a_run_over_the_hub_is_a_run_over_the_files(
    corpusforge: Call, hub: dict[str, str], small_inputs: Path, tmp_path: Path
) -> None:
    remote = ("fineweb2-style", "--lang", "pan", "--input", f"hf://datasets/{REPOSITORY}/*.jsonl")
    done = corpusforge("run", *remote, "--out", tmp_path / "hub", env=hub)
    assert done.returncode == 0, done.stderr
    verdict = corpusforge("verify", tmp_path / "hub", "--inputs", env=hub)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert corpusforge("plan", *remote, "--out", tmp_path / "hub", env=hub).returncode == 0
    local = ("fineweb2-style", "--lang", "pan", "--input", f"{small_inputs}/[ab].jsonl", "--out", tmp_path / "local")
    assert corpusforge("run", *local).returncode == 0
    assert digest(tmp_path / "hub") == digest(tmp_path / "local")


RESOLVE = """
import json, sys
from corpusforge.io.inputs import InputError, resolve

for pattern in sys.argv[1:]:
    try:
        print(json.dumps([[source.name, source.size, source.identity] for source in resolve([pattern]).inputs]))
    except InputError as error:
        print(json.dumps(str(error)))
"""


@pytest.fixture(scope="module")
def resolved(hub: dict[str, str]) -> Callable[..., list[list[tuple[str, int, str]] | str]]:
    """What patterns mean: (name, size, identity) of inputs, or the error; in a process that starts with the Hub's URL."""

    def call(*patterns: str) -> list[list[tuple[str, int, str]] | str]:
        command = [sys.executable, "-c", RESOLVE, *patterns]
        done = subprocess.run(command, env={**os.environ, **hub}, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return call


def test_patterns(resolved: Callable[..., list[list[tuple[str, int, str]]]]) -> None:
    expected = {
        "/*.jsonl": ["web/a.jsonl", "web/b.jsonl"],
        "/**/*.jsonl": ["web/a.jsonl", "web/b.jsonl", "web/more/c.jsonl"],
        "": ["web/a.jsonl", "web/b.jsonl", "web/more/c.jsonl"],
        "/more": ["more/c.jsonl"],
        "/a.jsonl": ["web/a.jsonl"],
    }
    found = resolved(*(f"hf://datasets/{REPOSITORY}{pattern}" for pattern in expected))
    assert [[name for name, _, _ in inputs] for inputs in found] == list(expected.values())
    # The Hub's hash of the content identifies a file.
    assert all(re.fullmatch(rf"{size}\+[0-9a-f]{{40}}", identity) for inputs in found for _, size, identity in inputs)


def test_what_is_not_there_is_named(resolved: Callable[..., list[str]]) -> None:
    missing = [
        "hf://datasets/writers/absent/a.jsonl",
        "hf://datasets/writers/absent",
        f"hf://datasets/{REPOSITORY}@v9/*.jsonl",
        f"hf://datasets/{REPOSITORY}/*.parquet",
        f"hf://datasets/{REPOSITORY}/absent.jsonl",
    ]
    for pattern, error in zip(missing, resolved(*missing), strict=True):
        assert isinstance(error, str) and error.startswith(f"{pattern}: ")


def test_a_missing_repository_exits_1_before_work_starts(
    corpusforge: Call, hub: dict[str, str], tmp_path: Path
) -> None:
    missing = "hf://datasets/writers/absent/*.jsonl"
    done = corpusforge("run", "fineweb2-style", "--input", missing, "--out", tmp_path / "out", env=hub)
    assert done.returncode == 1
    assert missing in done.stderr and "repository not found" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
