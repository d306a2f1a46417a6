"""Languages that text alone hardly tells apart, as data: `confusable.tsv`, ISO 639-3 codes and why."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Group:
    """Languages, ISO 639-3, that models mistake for one another, and why. `standards`: of one language, so that only rare
    words tell them apart."""

    members: tuple[str, ...]
    standards: bool
    reason: str

    @property
    def name(self) -> str:
        """The first members, as it is called in tables."""
        return "/".join(self.members[:3]) + ("/..." if len(self.members) > 3 else "")


@cache
def groups() -> tuple[Group, ...]:
    """All groups, in the order of the file."""
    text = (files("corpusforge.models") / "confusable.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(Group(tuple(row["members"].split()), row["standards"] == "yes", row["reason"]) for row in rows)


def groups_of(code: str) -> tuple[Group, ...]:
    """The groups that the language of a language-script is in."""
    return tuple(group for group in groups() if code[:3] in group.members)


@cache
def merged(code: str) -> str:
    """The name of a language-script when groups are not told apart: that of its groups, joined where they overlap, and
    the script; its own where it is in none."""
    family = _families().get(code[:3])
    return code if family is None or code[3:4] != "_" else f"{family}{code[3:]}"


@cache
def _families() -> dict[str, str]:
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for group in groups():
        for member in group.members[1:]:
            parent[root(member)] = root(group.members[0])
    return {one: root(one) for one in parent}
