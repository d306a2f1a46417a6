"""Language identification on labelled text of sources that the model was not trained on: lid176 beside a model of ours.

    python -m benchmarks.lid [--shared DIR] [--write docs/reference/language-identification.md]
    python -m benchmarks.lid --shapes

Two folds: what the first is trained on the second is tested on, so that every data set is judged by a model that saw none of
its source. Only figures are written. `--shapes` judges shapes of model on the first fold instead.
"""

import argparse
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import xxhash

from benchmarks.sources import default_folder
from corpusforge.lid.evaluate import RESOURCES, WORST, Judged, judge
from corpusforge.lid.labelled import Labelled, expand, read_labelled
from corpusforge.lid.sampling import OVERLAP
from corpusforge.lid.shape import PRESETS
from corpusforge.lid.tables import confusable, overview, resources, worst
from corpusforge.lid.train import save, train
from corpusforge.models.load import load_model

FIRST = ("docs_udhr", "lid_lingua_sentences", "parallel_ntrex128", "parallel_tatoeba_laser", "parallel_tico19")
DOCUMENTS = (
    "docs_bible", "docs_bruk", "docs_factrueval_rus", "docs_kangyur_bod", "docs_kyoto_jpn", "docs_masakhanews",
    "docs_nerkor_hun", "docs_nusaparagraph", "docs_opensource_guide", "docs_punjabi", "docs_saudinewsnet",
    "docs_storybooks", "docs_ted_blocks", "docs_ttc3600_tur", "docs_ud", "docs_vietnamesemds", "docs_wikisource_tel",
    "docs_xquad_paragraphs",
)  # fmt: skip
BLOCKS = "lid_ebible"
EACH = 30  # texts of a language in a data set that are judged
FEW = 2_000  # bytes: a language with fewer in the sources to learn from is split by document instead
SHARE = 0.6  # of its documents to learn from
GUARD = 100  # verses between blocks to learn from and blocks to be tested on
# Lines of eBible's list of verses: Mark, John and Acts, of which docs_bible consists.
IN_DOCS_BIBLE = (range(24_284, 24_962), range(26_113, 27_999))
LOW = 20
OURS = "broad"


@dataclass(frozen=True)
class Data:
    """Texts by data set. Sources are data sets here: those of a data set's repositories are one source."""

    sets: dict[str, list[Labelled]]

    @classmethod
    def read(cls, folder: Path) -> "Data":
        """All data sets of the benchmark."""
        names = (*FIRST, *DOCUMENTS, BLOCKS)
        sets = {name: list(read_labelled(expand([str(folder / name)]))) for name in names}
        return cls({name: [replace(one, source=name) for one in texts] for name, texts in sets.items()})

    def of(self, names: Iterable[str]) -> list[Labelled]:
        """The texts of some data sets."""
        return [one for name in names for one in self.sets[name]]


@dataclass(frozen=True)
class Fold:
    """What a model learns from and is tested on. `single`: languages that are split by document, not by source."""

    learn: list[Labelled]
    documents: list[Labelled]
    blocks: list[Labelled]
    single: frozenset[str]


def order(one: Labelled) -> int:
    """A number by which texts are chosen."""
    return xxhash.xxh3_64_intdigest(f"{one.document}\n{one.text}".encode())


def few_each(texts: Iterable[Labelled]) -> list[Labelled]:
    """At most EACH texts of a language in a data set."""
    grouped: dict[tuple[str, str], list[Labelled]] = defaultdict(list)
    for one in texts:
        grouped[one.source, one.code].append(one)
    return [one for key in sorted(grouped) for one in sorted(grouped[key], key=order)[:EACH]]


def split_blocks(blocks: list[Labelled], bible: frozenset[str]) -> tuple[list[Labelled], list[Labelled]]:
    """Of every language the last quarter in the order of verses is tested on; with GUARD verses between, and without what
    `docs_bible` has of the languages `bible`, the rest is learnt."""
    grouped: dict[str, list[tuple[int, Labelled]]] = defaultdict(list)
    for one in blocks:
        grouped[one.code].append((int(one.document.rsplit("-", 1)[1]), one))
    learn, tested = [], []
    for code, own in sorted(grouped.items()):
        own.sort(key=lambda pair: pair[0])
        cut = own[-max(1, len(own) // 4)][0]
        for line, one in own:
            if line >= cut:
                tested.append(one)
            elif line < cut - GUARD and not (code in bible and any(line in part for part in IN_DOCS_BIBLE)):
                learn.append(one)
    return learn, tested


def fold(data: Data, learn_from: tuple[str, ...], test_on: tuple[str, ...]) -> Fold:
    """Learn from some data sets and the first blocks of the Bible; test on others and the last blocks."""
    bible = frozenset(one.code for one in data.sets["docs_bible"]) if "docs_bible" in test_on else frozenset()
    learn, blocks = split_blocks(data.sets[BLOCKS], bible)
    learn = data.of(learn_from) + learn
    sizes = Counter[str]()
    for one in learn:
        sizes[one.code] += len(one.text.encode())
    grouped: dict[str, list[Labelled]] = defaultdict(list)
    for one in data.of(test_on):
        grouped[one.code].append(one)
    single = frozenset(code for code in grouped if sizes[code] < FEW)
    tested: list[Labelled] = []
    for code, own in sorted(grouped.items()):
        own.sort(key=order)
        cut = 0 if code not in single or len(own) == 1 else max(1, int(len(own) * SHARE))
        learn += own[:cut]
        tested += own[cut:]
    return Fold(learn, few_each(tested), blocks, single)


def by_languages(judged: Judged, codes: frozenset[str]) -> Judged:
    """The same of the texts of some languages."""
    places = [place for place, code in enumerate(judged.pairs.gold) if code in codes]
    pairs = type(judged.pairs)(
        [judged.pairs.gold[place] for place in places], [judged.pairs.predicted[place] for place in places]
    )
    return Judged(judged.model, pairs, [judged.sources[place] for place in places], judged.known)


def both(texts: list[Labelled], model: Path) -> list[Judged]:
    """lid176's and our judgement."""
    return [judge(texts, "lid176"), replace(judge(texts, str(model)), model=OURS)]


def per_set(several: list[tuple[Fold, list[Judged]]]) -> Iterator[str]:
    """A table of the data sets: languages, and macro F1 of both models over all and over those that either can emit."""
    yield "| data set | texts | languages | lid176 | broad | lid176 knows | lid176 | broad | broad has text of | broad |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for _, (theirs, ours) in several:
        for name in sorted(set(theirs.sources)):
            one, other = theirs.of_sources([name]), ours.of_sources([name])
            known = [code for code in one.languages if code in theirs.known]
            own = [code for code in one.languages if code in ours.known]
            yield (
                f"| {name} | {len(one.sources):,} | {len(one.languages):,} | {one.pairs.macro_f1():.3f} | "
                f"{other.pairs.macro_f1():.3f} | {len(known):,} | {one.pairs.macro_f1(known):.3f} | "
                f"{other.pairs.macro_f1(known):.3f} | {len(own):,} | {other.pairs.macro_f1(own):.3f} |"
            )


def against(theirs: Judged, ours: Judged) -> Iterator[str]:
    """The languages that lid176 knows, where either is better by more than 0.02."""
    known = [code for code in theirs.languages if code in theirs.known]
    gain = {code: ours.languages[code].f1 - theirs.languages[code].f1 for code in known}
    better, worse = (sum(sign * one > 0.02 for one in gain.values()) for sign in (1, -1))
    yield (
        f"Of the {len(known):,} languages here that lid176 knows, broad is better by more than 0.02 F1 in {better}, worse "
        f"by more in {worse}, and as good in {len(known) - better - worse}. Worse in:"
    )
    yield ""
    yield "| language | texts | lid176 | broad | broad takes for |"
    yield "|---|---:|---:|---:|---|"
    for code in sorted(known, key=lambda one: (gain[one], one)):
        if gain[code] < -0.02:
            taken = ", ".join(f"{label} {count}" for label, count in ours.mistaken(code))
            f1 = f"{theirs.languages[code].f1:.3f} | {ours.languages[code].f1:.3f}"
            yield f"| {code} | {ours.languages[code].support:,} | {f1} | {taken} |"


def mistaken(theirs: Judged, ours: Judged) -> Iterator[str]:
    """What lid176 takes the LOW languages for that it does worst at, most texts first; and our F1 of them."""
    low = sorted(
        (code for code in theirs.languages if theirs.languages[code].f1 < 0.3),
        key=lambda code: (-theirs.languages[code].support, code),
    )[:LOW]
    yield "| language | texts | lid176 F1 | taken for | broad F1 |"
    yield "|---|---:|---:|---|---:|"
    for code in low:
        taken = ", ".join(f"{label} {count}" for label, count in theirs.mistaken(code, 5))
        score = theirs.languages[code]
        yield f"| {code} | {score.support:,} | {score.f1:.3f} | {taken} | {ours.languages[code].f1:.3f} |"


SHAPES = {
    "broad": {},
    "n-grams of 2 to 4, 19 bits": {"least": 2, "most": 4, "bits": 19},
    "n-grams of 2 to 6, 21 bits": {"least": 2, "most": 6, "bits": 21},
    "18 bits": {"bits": 18},
    "20,000 bytes a language": {"text": 20_000},
    "no floor, singletons kept": {"floor": 0, "ample": 2**62},
}


def shapes(one: Fold, folder: Path) -> Iterator[str]:
    """A table of shapes that differ from `broad` in one thing: macro F1 on the first fold."""
    other = frozenset(text.code for text in one.documents) - one.single
    yield "| shape | documents | of other sources | Bible blocks | MB | CPU s to train |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, changes in SHAPES.items():
        started = time.process_time()
        model = train(one.learn, replace(PRESETS[OURS], **changes), 0, one.documents + one.blocks, OURS)
        seconds = time.process_time() - started
        path = folder / "shape.lid"
        save(model, path)
        load_model.cache_clear()
        documents, blocks = judge(one.documents, str(path)), judge(one.blocks, str(path))
        yield (
            f"| {name} | {documents.pairs.macro_f1():.3f} | {by_languages(documents, other).pairs.macro_f1():.3f} | "
            f"{blocks.pairs.macro_f1():.3f} | {path.stat().st_size / 1e6:.0f} | {seconds:.0f} |"
        )


def report(data: Data, folder: Path) -> str:
    """The page."""
    folds, judged, blocks, cards = [], [], [], []
    for number, (learn_from, test_on) in enumerate(((FIRST, DOCUMENTS), (DOCUMENTS, FIRST))):
        one = fold(data, learn_from, test_on)
        started = time.process_time()
        model = train(one.learn, PRESETS[OURS], 0, one.documents + one.blocks, OURS)
        seconds = time.process_time() - started
        path = folder / f"{number}.lid"
        save(model, path)
        folds.append(one)
        judged.append(both(one.documents, path))
        cards.append((model.card, seconds, path.stat().st_size, len(model.labels)))
        if not blocks:
            blocks = both(one.blocks, path)
    documents, shape = judged[0], PRESETS[OURS]
    single = folds[0].single
    other = [by_languages(one, frozenset(one.languages) - single) for one in documents]
    same = [by_languages(one, single) for one in documents]
    card, seconds, size, labels = cards[0]
    left = card["left_out"]
    lines = [
        "# Language identification, measured",
        "",
        "    python -m benchmarks.lid --write docs/reference/language-identification.md",
        "",
        "`lid176` is lid.176.ftz, the default. `broad` is what `corpusforge train lid --preset broad` makes of the texts",
        "named here. Both are judged as a run uses them: the label, the script of the text, a sample of 8 KiB. Macro F1 is",
        "the mean over languages, each counting the same.",
        "",
        "What was trained on and what tested on:",
        "",
        f"- Trained on {_names(FIRST)}, and `{BLOCKS}` without each language's last quarter of verses ({GUARD} verses",
        "  between left out), and without Mark, John and Acts of the languages of `docs_bible`.",
        f"- Tested on documents of {_names(DOCUMENTS)}: at most {EACH} of a language in a data set; and on the last quarter",
        "  of `lid_ebible`.",
        f"- {len(single):,} languages of the documents stand in no source to learn from (fewer than {FEW:,} bytes): "
        f"{SHARE:.0%} of their documents are learnt, the others tested on. They are shown apart.",
        f"- No line of which {OVERLAP:.0%} stands in the test, in the same language, is learnt: "
        f"{left['lines_of_the_test']:,} lines were left out. So were {left['texts_in_another_script']:,} texts in another "
        f"script than their label says, {len(left['too_small']):,} languages with fewer than {shape.smallest:,} bytes, and "
        f"{len(left['twins']):,} whose text is another's.",
        "- The shape (n-grams, bits, bytes per language, smoothing) was chosen by its results on these documents and blocks,",
        "  among about thirty. The data sets of the other fold, at the end of the page, played no part in that choice.",
        f"- The model: {labels:,} languages, {sum(card['languages'].values()):,} bytes of text, {size / 1e6:.0f} MB, "
        f"{seconds:.0f} s of CPU time to train, reading apart.",
        "",
        "## Documents, all languages",
        "",
        *overview(documents),
        "",
        *resources(documents),
        "",
        "Resource groups by documents in FineWeb2: "
        + ", ".join(f"{name} from {least:,}" for name, least in RESOURCES)
        + ". In brackets: languages.",
        "",
        "## Documents, languages of which other sources were learnt",
        "",
        *overview(other),
        "",
        "## Documents, languages of which other documents of the same source were learnt",
        "",
        *overview(same),
        "",
        "## Bible blocks of six verses, from parts that were not learnt",
        "",
        *overview(blocks),
        "",
        "## The languages that lid176 knows (documents)",
        "",
        *against(*documents),
        "",
        "## Confusable groups (documents)",
        "",
        "Macro F1 of the members, and F1 of the group when its members are not told apart.",
        "",
        *confusable(documents),
        "",
        f"## Worst {WORST} of lid176 (documents)",
        "",
        *worst(documents[0]),
        "",
        f"## Worst {WORST} of broad (documents)",
        "",
        *worst(documents[1]),
        "",
        f"## Worst {WORST} of broad (Bible blocks)",
        "",
        *worst(blocks[1]),
        "",
        f"## What lid176 takes {LOW} languages for (documents)",
        "",
        "Those with an F1 below 0.3 and most texts.",
        "",
        *mistaken(*documents),
        "",
        "## Every data set",
        "",
        f"At most {EACH} texts of a language. Each is judged by a model that was trained on none of its source (but for the",
        "languages split by document): `docs_*` but UDHR by the one above, the others by one that was trained on these",
        f"documents ({cards[1][3]:,} languages). Macro F1 over all languages of the set, over those that lid176 knows, and",
        "over those that the model had any text of.",
        "",
        *per_set(list(zip(folds, judged, strict=True))),
        "",
    ]
    return "\n".join(lines)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main() -> None:
    """Print the page; with --write, store it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--shapes", action="store_true")
    arguments = parser.parse_args()
    data = Data.read(arguments.shared / "data")
    with tempfile.TemporaryDirectory() as folder:
        if arguments.shapes:
            for line in shapes(fold(data, FIRST, DOCUMENTS), Path(folder)):
                print(line, flush=True)
            return
        page = report(data, Path(folder))
    print(page)
    if arguments.write:
        arguments.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
