"""Reference pages of the kinds, made from their schemas: every field with its type, bounds, default and meaning."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plimsoll.cli.generate.schemas import kind_schema_value
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.project.references.unrendered import UNRENDERED

_GENERATED = "This page is generated from the models: `make generate` writes it anew."
_EXAMPLES = Path(__file__).parent / "examples"
_MANY = 12
"""A choice of more values than this is not listed."""

Node = dict[str, Any]


def kinds_page() -> str:
    """The list of kinds."""
    rows = (f"| [{name}]({name.lower()}.md) | {_meaning(kind_schema_value(KINDS[name]))} |" for name in KINDS)
    return "\n\n".join(
        [
            "# Kinds of spec",
            f"{_GENERATED} Editors show the same, from the [schemas](../../../specs/schema): the first line of a spec "
            "says where its schema lies, as in `# yaml-language-server: $schema=../schema/model.json`.",
            "\n".join(["| Kind | What it is |", "| --- | --- |", *rows]),
            "Every spec has `apiVersion: plimsoll.dev/v1`, `kind`, `metadata` and `spec`. An unknown key is an error. "
            "[Why the language is as it is](../../decisions/0016-the-spec-language.md).\n",
        ]
    )


def kind_page(name: str) -> str:
    """A kind: its parts in the order in which they are first met, then examples."""
    schema = kind_schema_value(KINDS[name])
    parts = [f"# {name}", f"{_meaning(schema)} {_GENERATED}", _table(schema)]
    for part in _parts(schema):
        shown = schema["$defs"][part]
        parts += [f"## {part}", _meaning(shown), _table(shown)]
    if waiting := [option for option in UNRENDERED if option.kind == name]:
        rows = (f"- `{'.'.join(map(str, one.route))}`: {one.says.removesuffix(': VALUE')}" for one in waiting)
        said = "These may be said, and are refused until they are rendered ([PLM-REF-011](../codes.md#plm-ref-011)):"
        parts += ["## Not rendered yet", said, "\n".join(rows)]
    parts += ["## In YAML", *_examples(name)]
    return "\n\n".join(parts) + "\n"


def _examples(name: str) -> Iterator[str]:
    for document in (_EXAMPLES / f"{name.lower()}.yaml").read_text(encoding="utf-8").split("---\n"):
        caption, _, text = document.partition("\n")
        yield caption.removeprefix("# ")
        yield f"```yaml\n{text.rstrip()}\n```"


def _meaning(node: Node) -> str:
    return " ".join(str(node.get("description", "")).replace("``", "`").split()).replace("|", "\\|")


def _parts(schema: Node) -> list[str]:
    """The parts of a kind, each after what it is first named by."""
    found: list[str] = []

    def visit(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                visit(item)
        elif isinstance(node, dict):
            if "$ref" in node and (name := _target(node)) not in found and not name.endswith("Overlay"):
                found.append(name)
                visit(schema["$defs"][name])
            visit([value for key, value in node.items() if key not in ("$defs", "default", "examples", "properties")])
            visit(list(node.get("properties", {}).values()))

    visit(schema)
    return found


def _target(node: Node) -> str:
    return str(node["$ref"]).rpartition("/")[2]


def _table(node: Node) -> str:
    required = node.get("required", ())
    rows = (_row(name, shown, name in required) for name, shown in node["properties"].items())
    return "\n".join(["| Field | Type | Default | Meaning |", "| --- | --- | --- | --- |", *rows])


def _row(name: str, node: Node, required: bool) -> str:
    default = "**required**" if required else _default(node)
    return f"| `{name}` | {_type(node)} | {default} | {_meaning(node)} |"


def _default(node: Node) -> str:
    value = node.get("default")
    if value is None or value in ([], {}, ""):
        return "none"
    return f"`{json.dumps(value, ensure_ascii=False)}`" if not isinstance(value, str) else f"`{value}`"


def _type(node: Node) -> str:
    """What a value is, with its bounds and its unit, in words."""
    if "$ref" in node:
        return _link(_target(node))
    if choices := node.get("oneOf") or [one for one in node.get("anyOf", ()) if one != {"type": "null"}]:
        return " or ".join(map(_type, choices))
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        words = [f"`{word}`" for word in node["enum"]]
        return ", ".join(words) if len(words) <= _MANY else f"one of {len(words)} codes"
    match node.get("type"):
        case "array":
            return f"list of {_sized(node, 'Items')} {_type(node['items'])}"
        case "object":
            return f"mapping of {_sized(node, 'Properties')} keys to {_type(_values(node))}"
        case "integer" | "number" as kind:
            return f"{'whole number' if kind == 'integer' else 'number'}, {_range(node)}"
        case "boolean":
            return "`true` or `false`"
        case "string":
            return node.get("x-unit") or f"text, {_sized(node, 'Length')} characters"
    return "text or a number" if "boolean" not in node.get("type", ()) else "text, a number, `true` or `false`"


def _link(name: str) -> str:
    """A part's own table; an environment's values are shown as what they are laid over."""
    shown = f"[{name.removesuffix('Overlay')}](#{name.removesuffix('Overlay').lower()})"
    return f"what differs from {shown}" if name.endswith("Overlay") else shown


def _values(node: Node) -> Node:
    [values] = node["patternProperties"].values()
    return dict(values)


def _sized(node: Node, what: str) -> str:
    least, most = node.get(f"min{what}", 0), node[f"max{what}"]
    return f"{least:,} to {most:,}" if least else f"at most {most:,}"


def _range(node: Node) -> str:
    unit = f" {node['x-unit']}" if "x-unit" in node and "0 to 1" not in node["x-unit"] else ""
    return f"{_number(node['minimum'])} to {_number(node['maximum'])}{unit}"


def _number(value: float) -> str:
    return f"{value:,}" if abs(value) < 1e15 else f"{value:.0e}".replace("e+", "e")
