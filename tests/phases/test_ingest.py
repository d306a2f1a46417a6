"""Ingest: the files of a unit are closed by what they hold, so they do not tell how the input was read."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.conftest import articles, write_jsonl
from tests.runs import digest

from corpusforge.io.inputs import resolve
from corpusforge.io.storage import Storage
from corpusforge.phases import ingest, unit_layers
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt
from corpusforge.settings import build_settings

LIMIT = 40_000  # bytes of text per file


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles in two languages, taking turns."""
    pairs = zip(articles("pan_Guru")[:20], articles("hin_Deva") * 10, strict=False)
    return write_jsonl(tmp_path_factory.mktemp("in") / "web" / "a.jsonl", [text for pair in pairs for text in pair])


def ingested(source: Path, out: Path, batch: int) -> Receipt:
    settings = build_settings("fineweb2-style", ("pan_Guru", "hin_Deva"), (str(source),), changes={"read.batch": batch})
    worker = Worker()
    try:
        return ingest.Ingest(settings, *resolve([str(source)]).inputs).run(Storage(str(out)), worker)
    finally:
        worker.close()


def test_files_close_at_the_same_rows_whatever_the_batch(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_layers, "LAYER_FILE_BYTES", LIMIT)
    monkeypatch.setattr(unit_layers, "RECORDS_FILE_BYTES", 3_000)
    receipts = {batch: ingested(source, tmp_path / str(batch), batch) for batch in (1, 10_000, 1 << 24)}
    first = receipts[1]
    assert len(first.files["documents"]) > 2 and len(first.files["records"]) > 2
    assert all(receipt == first for receipt in receipts.values())
    assert digest(tmp_path / "1") == digest(tmp_path / "10000") == digest(tmp_path / str(1 << 24))
    for file in first.files["documents"][:-1]:
        table = pq.read_table(tmp_path / "1" / file.path)
        rows = sorted(zip(table["offset"].to_pylist(), table["text"].to_pylist(), strict=True))
        sizes = [len(text.encode()) for _, text in rows]
        assert sum(sizes) >= LIMIT > sum(sizes[:-1])  # the row that fills a file is its last


def test_documents_of_a_file_are_ordered_by_language_and_position(source: Path, tmp_path: Path) -> None:
    receipt = ingested(source, tmp_path, 10_000)
    (file,) = receipt.files["documents"]
    table = pq.read_table(tmp_path / file.path, columns=["language", "offset"])
    rows = list(zip(table["language"].to_pylist(), table["offset"].to_pylist(), strict=True))
    assert rows == sorted(rows) and {language for language, _ in rows} == {"hin", "pan"}
    assert [(piece.language, piece.start, piece.rows) for piece in receipt.slices] == [
        ("hin_Deva", 0, sum(language == "hin" for language, _ in rows)),
        ("pan_Guru", sum(language == "hin" for language, _ in rows), sum(language == "pan" for language, _ in rows)),
    ]
