"""A web server with range requests over a folder, and with the faults of real ones where a test asks for them."""

import re
import socket
import struct
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """What happens to one request: a status with fields, a body cut off, a connection reset, a byte changed."""

    status: int = 0
    fields: tuple[tuple[str, str], ...] = ()
    short: bool = False
    reset: bool = False
    flip: bool = False
    no_ranges: bool = False


@dataclass
class Web:
    """A running server: where it is, what it was asked, and the faults that lie ahead by path."""

    root: Path
    url: str = ""
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)  # method, path, range
    agents: set[str] = field(default_factory=set)
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    always: dict[str, Fault] = field(default_factory=dict)  # by a part of the path
    most_at_once: int = 0
    at_once: int = 0
    slow_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ranges(self, part: str = ".warc.gz") -> list[tuple[str, str | None]]:
        """(path, range) of the GET requests whose path has `part`."""
        return [(path, given) for method, path, given in self.asked if method == "GET" and part in path]


@contextmanager
def serving(root: Path) -> Iterator[Web]:
    web = Web(root)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer("HEAD")

        def do_GET(self) -> None:
            self._answer("GET")

        def _answer(self, method: str) -> None:
            with web.lock:
                web.at_once += 1
                web.most_at_once = max(web.most_at_once, web.at_once)
            if web.slow_s:
                threading.Event().wait(web.slow_s)
            with web.lock:  # before the answer: when it has come, the next request may
                web.at_once -= 1
            self._given(method)

        def _given(self, method: str) -> None:
            path = self.path.lstrip("/")
            given = self.headers.get("Range")
            with web.lock:
                web.asked.append((method, path, given))
                web.agents.add(self.headers.get("User-Agent", ""))
                fault = web.faults[path].pop(0) if web.faults[path] else Fault()
                fault = next((one for part, one in web.always.items() if part in path), fault)
            file = web.root / path
            if fault.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            if fault.status or not file.is_file():
                self._send(fault.status or 404, b"no", dict(fault.fields))
                return
            data = file.read_bytes()
            fields = {"ETag": f'"{len(data)}-{int(file.stat().st_mtime_ns)}"', "Accept-Ranges": "bytes"}
            if given and not fault.no_ranges:
                match = re.fullmatch(r"bytes=(\d+)-(\d+)", given)
                assert match
                start, stop = int(match[1]), min(int(match[2]) + 1, len(data))
                if start >= len(data):
                    self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
                    return
                fields["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
                body = data[start:stop]
                if fault.flip:
                    body = body[:-6] + bytes([body[-6] ^ 0xFF]) + body[-5:]
                self._send(206, body, fields, fault.short, method)
                return
            self._send(200, data, fields, False, method)

        def _send(
            self, status: int, body: bytes, fields: dict[str, str], short: bool = False, method: str = "GET"
        ) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **fields}.items():
                self.send_header(name, value)
            self.end_headers()
            if method == "GET":
                self.wfile.write(body[: len(body) // 2] if short else body)
            if short:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    web.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
