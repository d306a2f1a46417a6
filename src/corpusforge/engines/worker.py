"""A worker process of the local engine: runs tasks one after another, dies with its driver."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import time
import traceback
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from corpusforge.engines.lean_start import start_without_pandas, start_without_scipy

DONE, FAILED, USER_ERROR, STORAGE_FULL = "done", "failed", "user_error", "storage_full"


def work(connection: Connection, url: str, driver: int) -> None:
    """Answer tasks from `connection` until it closes. The answer is (kind, receipt or message)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's business: it drains
    die_with(driver)
    start_without_pandas()
    start_without_scipy()
    import pyarrow as pa

    from corpusforge.io.storage import Storage
    from corpusforge.phases.task import Worker

    pa.set_cpu_count(1)
    storage, worker = Storage(url), Worker()
    try:
        while True:
            try:
                task = connection.recv()
            except EOFError:
                return
            if task is None:
                return
            connection.send(_answer(task, storage, worker))
    finally:
        worker.close()


def _answer(task: Any, storage: Any, worker: Any) -> tuple[str, Any]:
    from corpusforge.errors import UserError
    from corpusforge.io.storage import StorageFull

    began, cpu = time.monotonic(), time.process_time()
    try:
        receipt = task.run(storage, worker)
    except StorageFull as error:
        return STORAGE_FULL, str(error)
    except UserError as error:
        return USER_ERROR, str(error)
    except Exception:
        return FAILED, traceback.format_exc(limit=20)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = {
        "seconds": round(time.monotonic() - began, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
        "peak_rss": usage.ru_maxrss * 1024,
        "host": socket.gethostname(),
    }
    return DONE, replace(receipt, spent=spent)


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent dies (Linux); elsewhere the closed pipe ends it."""
    if sys.platform != "linux":
        return
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the call
        os._exit(1)
