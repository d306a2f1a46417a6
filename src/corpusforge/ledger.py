"""The ledger: receipts in append-only segments, written by the driver alone. Readers trust receipts only."""

import io
import time

import pyarrow as pa
import pyarrow.parquet as pq

from corpusforge import faults
from corpusforge.errors import UserError
from corpusforge.io.storage import Storage
from corpusforge.receipt import SCHEMA, Receipt

FOLDER = "ledger"
_SEGMENT = pa.schema(
    [
        pa.field("phase", pa.large_string()),
        pa.field("unit", pa.large_string()),
        pa.field("key", pa.large_string()),
        pa.field("receipt", pa.large_string()),
    ]
)


class Ledger:
    """The latest receipt of every (phase, unit) of a run.

    `append` buffers; a segment is committed every `interval_s` seconds and at `flush`. A crash loses at most the open
    segment: its units are done again, and write equal bytes.
    """

    def __init__(self, storage: Storage, interval_s: float = 1.0) -> None:
        self._storage = storage
        self._interval_s = interval_s
        self._open: list[Receipt] = []
        self._next = 1
        self._flushed_at = time.monotonic()
        self.receipts: dict[tuple[str, str], Receipt] = {}
        self.segments: list[str] = []
        self._load()

    def _load(self) -> None:
        self.segments = sorted(path for path in self._storage.list(FOLDER) if path.endswith(".parquet"))
        for path in self.segments:
            try:
                with self._storage.open(path) as file:
                    segment = pq.ParquetFile(io.BytesIO(file.read()), pre_buffer=False)
                    texts = segment.read(columns=["receipt"], use_threads=False)["receipt"].to_pylist()
            except (pa.ArrowInvalid, OSError) as error:
                raise UserError(
                    f"{self._storage.join(path)}: not a readable ledger segment ({error}); remove the file: the units "
                    "that it lists are then done again"
                ) from None
            for text in texts:
                receipt = Receipt.loads(text)
                if receipt.schema > SCHEMA:
                    raise UserError(
                        f"{self._storage.join(path)}: written by a newer corpusforge (receipt schema "
                        f"{receipt.schema}, this one reads {SCHEMA}); upgrade corpusforge"
                    )
                self.receipts[receipt.phase, receipt.unit] = receipt
        if self.segments:
            self._next = int(self.segments[-1].rsplit("/", 1)[-1].split(".")[0]) + 1

    def append(self, receipt: Receipt) -> None:
        """Take a receipt; commit the open segment when it is old enough."""
        self.receipts[receipt.phase, receipt.unit] = receipt
        self._open.append(receipt)
        if time.monotonic() - self._flushed_at >= self._interval_s:
            self.flush()

    def forget(self, phase: str, unit: str) -> None:
        """Drop a receipt from memory: its unit no longer belongs to the run. The next `compact` makes it lasting."""
        self.receipts.pop((phase, unit), None)

    def flush(self) -> None:
        """Commit the open segment."""
        if self._open:
            self._put(self._open)
            self._open = []
        self._flushed_at = time.monotonic()

    def compact(self) -> None:
        """Replace all segments by one that holds the latest receipts, in order of phase and unit."""
        self.flush()
        receipts = [self.receipts[name] for name in sorted(self.receipts)]
        old = list(self.segments)
        self._put(receipts)
        faults.reached("ledger:between-compactions")
        for path in old:
            self._storage.delete(path)
        self.segments = self.segments[-1:]

    def _put(self, receipts: list[Receipt]) -> None:
        columns = [
            [receipt.phase for receipt in receipts],
            [receipt.unit for receipt in receipts],
            [receipt.key for receipt in receipts],
            [receipt.dumps() for receipt in receipts],
        ]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, _SEGMENT, strict=True)]
        sink = io.BytesIO()
        pq.write_table(pa.Table.from_arrays(arrays, schema=_SEGMENT), sink, compression="zstd")
        path = f"{FOLDER}/{self._next:08d}.parquet"
        faults.reached("ledger:before-segment")
        self._storage.put(path, sink.getvalue())
        faults.reached("ledger:after-segment")
        self.segments.append(path)
        self._next += 1
