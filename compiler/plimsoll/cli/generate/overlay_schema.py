"""What an environment may lay over a deployment, as a schema: the same keys, none of them required, null to remove."""

from typing import Any

_FIXED = ("environments", "model")
"""What an environment must not lay over (PLM-REF-009)."""

Node = dict[str, Any]


def with_overlays(schema: Node) -> Node:
    """The schema of a deployment, in which an environment's values are parts of the deployment's."""
    definitions: Node = schema["$defs"]
    models = {name: node for name, node in definitions.items() if "properties" in node}
    partial = {_overlay(name): _partial(node, definitions) for name, node in models.items()}
    overlay = partial[_overlay("DeploymentSpec")]
    overlay["description"] = "The values that differ in this environment, laid over the spec; null removes one."
    for key in _FIXED:
        del overlay["properties"][key]
    environments = definitions["DeploymentSpec"]["properties"]["environments"]
    [pattern] = environments["patternProperties"]
    environments["patternProperties"] = {pattern: {"$ref": f"#/$defs/{_overlay('DeploymentSpec')}"}}
    return {**schema, "$defs": {**definitions, **partial}}


def _overlay(definition: str) -> str:
    return f"{definition}Overlay"


def _partial(model: Node, definitions: Node) -> Node:
    """A model of which any part may be given."""
    properties = {key: _nullable(_referring(value, definitions)) for key, value in model["properties"].items()}
    return {**{key: value for key, value in model.items() if key != "required"}, "properties": properties}


def _referring(node: Node, definitions: Node) -> Node:
    """A property that refers to parts of models instead of whole ones; items of a list stay whole."""
    made = {key: value for key, value in node.items() if key not in ("default", "oneOf", "anyOf", "$ref")}
    if "$ref" in node:
        made["$ref"] = _overlay(node["$ref"])
    if "oneOf" in node:
        choices = [definitions[choice["$ref"].rpartition("/")[2]] for choice in node["oneOf"]]
        made |= _merged([_partial(choice, definitions) for choice in choices])
    if "anyOf" in node:
        made["anyOf"] = [_referring(choice, definitions) for choice in node["anyOf"]]
    return made


def _merged(choices: list[Node]) -> Node:
    """A part of any of some models: to move from one to another, an overlay removes the keys of the first."""
    properties: dict[str, list[Node]] = {}
    for choice in choices:
        for key, node in choice["properties"].items():
            if node not in properties.setdefault(key, []):
                properties[key].append(node)
    merged = {key: nodes[0] if len(nodes) == 1 else _either(nodes) for key, nodes in properties.items()}
    return {"type": "object", "additionalProperties": False, "properties": merged}


def _either(nodes: list[Node]) -> Node:
    return {"anyOf": nodes, "description": " Or: ".join(dict.fromkeys(node["description"] for node in nodes))}


def _nullable(node: Node) -> Node:
    if {"type": "null"} in node.get("anyOf", ()):
        return node
    inside = {key: value for key, value in node.items() if key != "description"}
    said = {"description": node["description"]} if "description" in node else {}
    return {"anyOf": [inside, {"type": "null"}], **said}
