"""The card of a trained model, as Markdown: what it was made of, and how well it does. No times, no paths."""

from typing import Any

from corpusforge.models.ngram_file import NgramFile


def card_text(model: NgramFile, file: str, checksum: str) -> str:
    """The text of the card."""
    card: dict[str, Any] = model.card
    shape, left_out, held = card["shape"], card["left_out"], card["held_out"]
    total = sum(card["languages"].values())
    lines = [
        f"# {file}",
        "",
        f"Language identification, made by `corpusforge train lid --preset {card['name']}`. SHA-256 `{checksum}`.",
        "",
        f"- languages: {len(model.labels):,}, from {total:,} bytes of text",
        f"- shape: naive Bayes over character n-grams of {shape['ngrams'][0]} to {shape['ngrams'][1]}, hashed to "
        f"{shape['bits']} bits; at most {shape['bytes_per_language']:,} bytes a language, at least {shape['least_bytes']:,}; "
        f"seed {card['seed']}",
        f"- macro F1 on {held['windows']:,} held-out pieces of {held['share']} (the same sources, 40 to 2,560 bytes): "
        f"{held['macro_f1']:.3f}. Text of other sources is told apart less well: `corpusforge eval lid`",
        f"- left out: {len(left_out['too_small']):,} languages with too little text; "
        f"{left_out['texts_in_another_script']:,} texts in another script than their label says; "
        f"{left_out['lines_of_the_test']:,} lines that stand in the test; {len(left_out['twins']):,} languages whose text is "
        "mostly another's" + _twins(left_out["twins"]),
        "",
        "The weights derive from these texts: their licences hold for what you do with the file.",
        "",
        "| source | languages | bytes |",
        "|---|---:|---:|",
        *(f"| {name} | {one['languages']:,} | {one['bytes']:,} |" for name, one in card["sources"].items()),
        "",
        "| language | bytes |",
        "|---|---:|",
        *(f"| {code} | {size:,} |" for code, size in card["languages"].items()),
    ]
    return "\n".join(lines) + "\n"


def _twins(twins: dict[str, str]) -> str:
    return f" ({', '.join(f'{one} of {other}' for one, other in twins.items())})" if twins else ""
