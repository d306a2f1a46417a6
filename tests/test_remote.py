"""A run whose inputs and directory are remote: S3 (a moto server) and HTTP (a server with ranges)."""

import os
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.runs import COVERED, digest

Call = Callable[..., "subprocess.CompletedProcess[str]"]  # type: ignore[name-defined]  # noqa: F821


@pytest.fixture(scope="module")
def s3(small_inputs: Path) -> Iterator[dict[str, str]]:
    """Environment for an S3-compatible server that holds the small inputs in bucket `crawl`."""
    import fsspec
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        bucket = fsspec.filesystem("s3")
        bucket.mkdir("crawl")
        bucket.mkdir("out")
        for path in small_inputs.glob("*.jsonl"):
            bucket.put_file(str(path), f"crawl/web/{path.name}")
        yield environment
    finally:
        server.stop()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def test_s3_in_and_out_gives_the_bytes_of_a_local_run(
    corpusforge: Call, small_inputs: Path, s3: dict[str, str], tmp_path: Path
) -> None:
    import fsspec

    remote = ("fineweb2-style", "--lang", "pan", "--input", "s3://crawl/web/*.jsonl", "--out", "s3://out/run")
    done = corpusforge("run", *remote, env=s3)
    assert done.returncode == 0, done.stderr
    assert corpusforge("verify", "s3://out/run", "--inputs", env=s3).returncode == 0
    assert corpusforge("plan", *remote, env=s3).returncode == 0
    local = ("fineweb2-style", "--lang", "pan", "--input", f"{small_inputs}/*.jsonl", "--out", tmp_path / "local")
    assert corpusforge("run", *local).returncode == 0
    fetched = tmp_path / "fetched"
    fsspec.filesystem("s3").get("out/run", str(fetched), recursive=True)
    assert digest(fetched).keys() == digest(tmp_path / "local").keys() and COVERED
    assert digest(fetched) == digest(tmp_path / "local")


def test_an_unreadable_bucket_exits_1_before_work_starts(corpusforge: Call, s3: dict[str, str], tmp_path: Path) -> None:
    done = corpusforge(
        "run", "fineweb2-style", "--lang", "pan", "--input", "s3://nobody/*.warc.gz", "--out", tmp_path / "out", env=s3
    )
    assert done.returncode == 1 and "s3://nobody" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def web(small_inputs: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(small_inputs))  # type: ignore[arg-type]

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_http_inputs_are_read(corpusforge: Call, web: str, tmp_path: Path) -> None:
    arguments = ("fineweb2-style", "--lang", "pan", "--input", f"{web}/a.jsonl", "--out", tmp_path / "out")
    done = corpusforge("run", *arguments)
    assert done.returncode == 0, done.stderr
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0
