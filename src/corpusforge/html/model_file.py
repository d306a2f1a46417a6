"""The file of the shipped model. Planning needs its checksum, not the model."""

import hashlib
from functools import cache
from pathlib import Path

MODEL = Path(__file__).with_name("blocks.model")


@cache
def checksum() -> str:
    """SHA-256 of the shipped model's file: part of the key of what was extracted with it."""
    return hashlib.sha256(MODEL.read_bytes()).hexdigest()
