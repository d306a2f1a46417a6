"""A calibration as plain data, complete."""

from dataclasses import asdict
from typing import Any

from corpusforge.calibrate.calibration import Calibration
from corpusforge.calibrate.fates import Fates
from corpusforge.calibrate.written_file import provenance


def as_json(found: Calibration) -> dict[str, Any]:
    """Everything that was found, for `--json`."""
    sample, lid = found.reference, found.published.lid.get(found.score.model)
    return {
        "code": found.published.code,
        "seed": found.seed,
        "reference": {
            "name": sample.name,
            "records": sample.seen,
            "documents": len(sample.texts),
            "distinct": sample.found,
            "copies": sample.duplicates,
            "left_out": sample.left_out,
            "words": found.words,
        },
        "english": found.english,
        "web": None
        if found.web is None
        else {"name": found.web.name, "documents": found.web.signals.height, "other_languages": found.web.others},
        "thresholds": [
            {
                **asdict(one),
                "used": one.threshold in found.used,
                "published": found.values["published"][one.threshold],
                "published_provenance": found.published.threshold_provenance.get(
                    one.threshold, "default of the filter set"
                ),
                "default": found.values["default"][one.threshold],
                "provenance": provenance(found, one) if one.threshold in found.used else None,
            }
            for one in found.thresholds
        ],
        "language_score": {**asdict(found.score), "published": None if lid is None else lid.min_score},
        "stop_words": {
            "words": [asdict(one) for one in found.stop_words],
            "least_frequency": found.frequency,
            "published": list(found.published.stop_words),
            "documents_with_too_few": found.few_stop_words,
        },
        "fates": {"reference": _fates(found.on_reference), "web": _fates(found.on_web)},
        "warnings": list(found.warnings),
    }


def _fates(found: Fates | None) -> dict[str, Any] | None:
    if found is None:
        return None
    moves = [{"before": old, "after": new, "documents": count} for (old, new), count in found.moves.items()]
    return {**asdict(found), "moves": moves, "changed": found.changed}
