"""Storage: one verb writes, and what it writes is whole or absent; local, memory and real S3 and HTTP servers."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from corpusforge.errors import UserError
from corpusforge.io.inputs import InputError, resolve
from corpusforge.io.readers import open_reader
from corpusforge.io.storage import Storage, StorageFull
from corpusforge.io.urls import identity, open_for_reading


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A bucket on an S3 server of our own."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    keep = dict(os.environ)
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir("bucket")
    yield "s3://bucket"
    server.stop()
    os.environ.clear()
    os.environ |= keep
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture(params=["local", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "s3":
        return Storage(f"{request.getfixturevalue('s3')}/{tmp_path.name}")
    return Storage(str(tmp_path / "run") if request.param == "local" else f"memory://{tmp_path.name}")


def test_put_then_read(storage: Storage) -> None:
    storage.put("a/b.bin", b"one")
    storage.put("a/c.bin", lambda file: file.write(b"t" * 100) and file.write(b"wo"))
    assert storage.read("a/b.bin") == b"one"
    assert storage.size("a/c.bin") == 102
    assert storage.list() == ["a/b.bin", "a/c.bin"]
    assert storage.list("a") == ["a/b.bin", "a/c.bin"]
    assert storage.glob("a/*.bin") == storage.glob("**/*.bin") == ["a/b.bin", "a/c.bin"]
    assert storage.exists("a/b.bin")
    assert not storage.exists("a/x.bin")
    storage.put("a/b.bin", b"changed")
    assert storage.read("a/b.bin") == b"changed"
    storage.delete("a/b.bin")
    storage.delete("a/b.bin")
    assert storage.list() == ["a/c.bin"]
    with pytest.raises(FileNotFoundError):
        storage.read("a/b.bin")


def test_an_empty_directory_lists_nothing(storage: Storage) -> None:
    assert storage.list() == storage.list("ledger") == []


def test_sizes_come_from_one_listing(storage: Storage) -> None:
    storage.put("a/b.bin", b"one")
    storage.put("a/deep/c.bin", b"x" * 1000)
    storage.put("d.bin", b"")
    assert storage.sizes() == {"a/b.bin": 3, "a/deep/c.bin": 1000, "d.bin": 0}
    assert storage.sizes("a") == {"a/b.bin": 3, "a/deep/c.bin": 1000}
    storage.put("a/b.bin", b"longer")
    storage.delete("a/deep/c.bin")
    assert storage.sizes("a") == {"a/b.bin": 6}
    assert storage.sizes("nothing") == {}


def test_what_killed_processes_left_is_not_listed_and_can_be_swept(tmp_path: Path) -> None:
    storage = Storage(str(tmp_path))
    storage.put("a/b.bin", b"one")
    asides = [tmp_path / "a" / ".b.bin.tmp-123-0a0b0c0d", tmp_path / ".top.tmp-9-00000000"]
    for aside in asides:
        aside.write_bytes(b"half")
    others = [tmp_path / "a" / ".hidden", tmp_path / "a" / "b.bin.tmp-1"]
    for other in others:
        other.write_bytes(b"mine")
    assert storage.sizes("a") == {"a/b.bin": 3, "a/.hidden": 4, "a/b.bin.tmp-1": 4}
    assert storage.list("a") == ["a/.hidden", "a/b.bin", "a/b.bin.tmp-1"]
    storage.sweep_asides()
    assert not any(aside.exists() for aside in asides)
    assert storage.read("a/b.bin") == b"one" and all(other.exists() for other in others)


def test_sweeping_remote_storage_leaves_everything(storage: Storage) -> None:
    storage.put("a/b.bin", b"one")
    storage.sweep_asides()
    assert storage.sizes() == {"a/b.bin": 3}


def test_an_error_while_writing_leaves_nothing_or_the_old_file(storage: Storage) -> None:
    def fail(file: object) -> None:
        file.write(b"x" * 10_000_000)  # type: ignore[attr-defined]
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        storage.put("new.bin", fail)
    assert storage.list() == []
    storage.put("old.bin", b"old")
    with pytest.raises(RuntimeError):
        storage.put("old.bin", fail)
    assert storage.read("old.bin") == b"old"
    assert storage.list() == ["old.bin"]


def test_multipart(s3: str) -> None:
    whole = os.urandom(1 << 20) * 60
    Storage(s3).put("large.bin", whole)
    assert Storage(s3).read("large.bin") == whole


def test_identity_changes_with_the_file(storage: Storage) -> None:
    storage.put("a.bin", b"one")
    first = storage.identity("a.bin")
    assert first == storage.identity("a.bin")
    assert first.startswith("3+")
    storage.put("a.bin", b"two")
    assert storage.identity("a.bin") != first


def test_disk_full_is_said_clearly(tmp_path: Path) -> None:
    def fill(file: object) -> None:
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")

    with pytest.raises(StorageFull, match="no space left"):
        Storage(str(tmp_path)).put("a.bin", fill)
    assert list(tmp_path.iterdir()) == []


def test_other_errors_of_the_system_are_not_called_full(tmp_path: Path) -> None:
    def fail(file: object) -> None:
        raise OSError(errno.EIO, "input/output error")

    with pytest.raises(OSError, match="input/output") as caught:
        Storage(str(tmp_path)).put("a.bin", fail)
    assert not isinstance(caught.value, StorageFull)


def test_unknown_protocols_are_the_users_error() -> None:
    with pytest.raises(UserError, match="nonsense://x: cannot be opened"):
        Storage("nonsense://x")


KILLED = """
import sys
from corpusforge.io.storage import Storage

storage = Storage(sys.argv[1])
storage.put("a", b"1")
storage.put("b", b"2")
"""


@pytest.mark.parametrize(("fault", "files"), [("put:before-rename:2", ["a"]), ("put:after-rename:2", ["a", "b"])])
def test_a_kill_leaves_whole_files_only(tmp_path: Path, fault: str, files: list[str]) -> None:
    mark = tmp_path / "mark"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "run")],
        env={
            **os.environ,
            "CORPUSFORGE_FAULT": fault,
            "CORPUSFORGE_FAULT_MARK": str(mark),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        check=False,
    )
    assert done.returncode == -9
    assert mark.read_text().startswith(fault)
    assert Storage(str(tmp_path / "run")).list() == files


class Handler(SimpleHTTPRequestHandler):
    """Serves files; with `ranges`, answers range requests as large stores do."""

    def __init__(self, *arguments: object, ranges: bool, **options: object) -> None:
        self.ranges = ranges
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        path = Path(self.translate_path(self.path))
        if not (self.ranges and wanted and path.is_file()):
            return super().do_GET()
        data = path.read_bytes()
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        part = data[int(first) : int(last) + 1 if last else None]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.send_header("ETag", '"v1"')
        self.end_headers()
        self.wfile.write(part)
        return None

    def end_headers(self) -> None:
        if self.ranges:
            self.send_header("Accept-Ranges", "bytes")
        super().end_headers()


@pytest.fixture(params=[True, False], ids=["ranges", "no ranges"])
def web(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An HTTP server, and the folder it serves."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path), ranges=request.param))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path
    server.shutdown()


def sample_files() -> dict[str, tuple[bytes, str]]:
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq
    from archives import gz, warc

    sink = io.BytesIO()
    pq.write_table(pa.table({"text": [f"ਲਿਖਤ {n}" for n in range(5000)]}), sink)
    return {
        "a.warc.gz": (b"".join(gz(warc(number=n)) for n in range(300)), "warc"),
        "b.jsonl": (b'{"text": "x"}\n' * 100_000, "jsonl"),
        "c.parquet": (sink.getvalue(), "parquet"),
    }


def rows_of(url: str) -> tuple[list[dict[str, object]], object]:
    (source,) = resolve([url]).inputs
    reading = open_reader(source)
    return [row for table in reading.batches(1 << 20) for row in table.to_pylist()], reading.tally


def test_reading_over_http_is_reading_the_file(web: tuple[str, Path]) -> None:
    url, folder = web
    for name, (data, form) in sample_files().items():
        (folder / name).write_bytes(data)
        (source,) = resolve([f"{url}/{name}"]).inputs
        assert (source.format, source.url) == (form, f"{url}/{name}")
        assert source.name.endswith(f"/{name}")
        remote, tally = rows_of(f"{url}/{name}")
        local, expected = rows_of(str(folder / name))
        if form == "warc":
            assert {row["id"] for row in remote} == {row["id"] for row in local}
        assert len(remote) == len(local) > 0
        assert (tally.xxh3, tally.bytes) == (expected.xxh3, len(data))  # type: ignore[attr-defined]


def test_what_is_not_there(web: tuple[str, Path], s3: str) -> None:
    url, _ = web
    for missing in (f"{url}/missing.warc.gz", f"{s3}/missing.warc.gz", f"{s3}/none/*.gz", "s3://no-such-bucket/a.gz"):
        with pytest.raises(InputError, match=r"missing\.warc\.gz|none|no-such-bucket"):
            resolve([missing])


def test_patterns_over_http_need_a_server_that_lists(tmp_path: Path) -> None:
    class Closed(Handler):
        def list_directory(self, path: object) -> None:
            self.send_error(self.status)

        status = 404

    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "a.jsonl").write_bytes(b'{"text": "x"}\n')
    for handler, status in ((Handler, 200), (Closed, 404), (Closed, 403), (Closed, 500)):
        kind = type("Chosen", (handler,), {"status": status})
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(tmp_path), ranges=True))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pattern = f"http://127.0.0.1:{server.server_port}/day/*.jsonl"
        if status == 200:
            assert [source.name for source in resolve([pattern]).inputs] == ["day/a.jsonl"]
        else:
            with pytest.raises(InputError, match=r"/day/\*\.jsonl: .*do not list their folders.*`@list.txt`"):
                resolve([pattern])
        server.shutdown()


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(InputError, match=r"http://127.0.0.1:9/a.warc.gz"):
        resolve(["http://127.0.0.1:9/a.warc.gz"])


def test_reading_from_s3(s3: str) -> None:
    storage = Storage(f"{s3}/crawl")
    for name, (data, _) in sample_files().items():
        storage.put(f"day/{name}", data)
    for pattern in (f"{s3}/crawl", f"{s3}/crawl/**/*", f"{s3}/crawl/day/*"):
        found = resolve([pattern]).inputs
        below = "day" if pattern.endswith("day/*") else "crawl/day"
        assert [source.name for source in found] == [
            f"{below}/{name}" for name in ("a.warc.gz", "b.jsonl", "c.parquet")
        ]
        assert all(source.identity.startswith(f"{source.size}+") and len(source.identity) > 20 for source in found)
    for source in found:
        reading = open_reader(source)
        assert sum(table.num_rows for table in reading.batches(1 << 20)) in (300, 100_000, 5000)
        assert reading.tally.bytes == source.size


def test_local_identity_needs_no_read(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"xyz")
    assert identity(str(file)) == (3, f"3+{file.stat().st_mtime_ns}")


def test_memory_files_have_one_position_per_opening() -> None:
    Storage("memory://positions").put("a", b"abc")
    one, two = open_for_reading("memory://positions/a"), open_for_reading("memory://positions/a")
    assert (one.read(2), two.read(1), one.read()) == (b"ab", b"a", b"c")
