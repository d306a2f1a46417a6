"""YAML 1.2 with line numbers: `no`, `on` and `yes` are words, a repeated key is an error, every value knows its line."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from corpusforge.errors import UserError

# libyaml's parser is some 10x faster than the pure Python one, and a run reads hundreds of language files.
_PARSER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The core schema of YAML 1.2.2, section 10.3.2.
_SCALARS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), "~nN"),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    ("tag:yaml.org,2002:int", re.compile(r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"), "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        re.compile(
            r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
        ),
        "-+0123456789.",
    ),
)

Path_ = tuple[str | int, ...]


class _Loader(_PARSER):  # type: ignore[misc]
    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


for _tag, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(_tag, _pattern, list(_first))
_Loader.yaml_implicit_resolvers.setdefault("", []).append(_SCALARS[0][:2])


@dataclass(frozen=True)
class Document:
    """A loaded YAML file: plain `data`, and the line (from 1) of every value by its path of keys and indices."""

    source: str
    data: Any
    lines: dict[Path_, int] = field(repr=False)

    def where(self, path: Path_) -> str:
        """`file:line` of the value at `path`, or of the nearest enclosing one."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.source}:{self.lines.get(path, 1)}"


def load(path: Path | str) -> Document:
    """Read a YAML file. Raises UserError, naming file and line, for a file that is missing or no YAML."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as UTF-8 text ({error})") from None
    return loads(text, str(path))


def loads(text: str, source: str = "<text>") -> Document:
    """Parse YAML text; `source` is what error messages call it. Raises UserError."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path_, int] = {}
        data = _build(node, (), lines, source) if node is not None else None
        return Document(source, data, lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        raise UserError(f"{source}:{line}: not valid YAML: {problem}") from None
    finally:
        loader.dispose()


def _build(
    node: yaml.Node, path: Path_, lines: dict[Path_, int], source: str, within: tuple[yaml.Node, ...] = ()
) -> Any:
    line = node.start_mark.line + 1
    if node in within:
        raise UserError(f"{source}:{line}: this value contains itself through an alias; write it out")
    lines[path] = line
    within = (*within, node)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise UserError(f"{source}:{line}: a key must be a plain word")
            key = key_node.value
            if key in mapping:
                raise UserError(f"{source}:{line}: key '{key}' stands twice in one mapping; remove one of them")
            mapping[key] = _build(value_node, (*path, key), lines, source, within)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), lines, source, within) for index, item in enumerate(node.value)]
    return _scalar(node, source)


def _scalar(node: yaml.ScalarNode, source: str) -> Any:
    kind, value = node.tag.rsplit(":", 1)[-1], node.value
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() == "true"
    if kind == "int":
        return int(value, 0) if value[:2] in ("0o", "0x") else int(value)
    if kind == "float":
        return float(value.lower().replace(".inf", "inf").replace(".nan", "nan"))
    if kind == "str":
        return value
    raise UserError(f"{source}:{node.start_mark.line + 1}: tag '{node.tag}' is not allowed here")
