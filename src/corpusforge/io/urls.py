"""Files by URL: which filesystem, opening for reading, and what tells one version of a file from another."""

import io
from pathlib import Path
from typing import IO, Any

from fsspec.core import url_to_fs
from fsspec.spec import AbstractFileSystem

from corpusforge.errors import UserError

_VERSIONS = (
    "ETag",
    "etag",
    "blob_id",
    "md5",
    "content_hash",
    "LastModified",
    "Last-Modified",
    "mtime",
    "created",
)


def is_local(url: str) -> bool:
    """True if `url` is a path of this machine (no protocol, `file://` or `local://`)."""
    return "://" not in url or url.startswith(("file://", "local://"))


def filesystem(url: str) -> tuple[AbstractFileSystem, str]:
    """The filesystem of `url` and the path in it.

    Raises UserError for a protocol that is unknown or whose package is not installed.
    """
    try:
        fs, path = url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise UserError(f"{url}: cannot be opened: {error}") from error
    return fs, str(path)


def open_for_reading(url: str) -> IO[bytes]:
    """Open the file at `url`, seekable where its server allows, for large sequential reads.

    Raises FileNotFoundError, PermissionError, or what the protocol's library raises.
    """
    fs, path = filesystem(url)
    if is_local(url):
        return open(path, "rb", buffering=0)
    if "memory" in fs.protocol:
        return io.BytesIO(fs.cat_file(path))  # every opener would share one file position
    file: IO[bytes] = fs.open(path, "rb", block_size=8 << 20, cache_type="readahead")
    return file


def identity(url: str, info: dict[str, Any] | None = None) -> tuple[int | None, str]:
    """The size in bytes (None if the server does not tell) and a string that changes when the file does.

    Local: size and modification time in ns. Remote: size and the first of etag, content hash, last-modified.
    """
    fs, path = filesystem(url)
    if is_local(url):
        stat = Path(path).stat()
        return stat.st_size, f"{stat.st_size}+{stat.st_mtime_ns}"
    info = info or fs.info(path)
    version = next((str(info[key]).strip('"') for key in _VERSIONS if info.get(key)), "")
    size = info.get("size")
    return size, f"{size}+{version}"
