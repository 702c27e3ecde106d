"""Codes of patches that specs lay over what is rendered for them."""

from plimsoll.compiler.codes.code import Code

PATCHING = (
    Code(
        "PLM-PAT-001",
        "a patch that hits no object",
        "Nothing of that kind and name is rendered for the spec in one of its environments. A patch that does nothing "
        "is most likely misspelt, or was left behind.",
        "name one of the objects that the help lists, or remove the patch",
        "patches:\n  - target: {kind: Deploymnet}\n    merge: {spec: {minReadySeconds: 10}}",
    ),
    Code(
        "PLM-PAT-002",
        "a patch that does not fit",
        "The object has nothing at a path, a test failed, a null takes nothing away, a directive is unknown, or the "
        "patch has both merge and json, or neither.",
        "look at the rendered object, and mend the path",
        "json: [{op: remove, path: /spec/templete}]",
    ),
    Code(
        "PLM-PAT-003",
        "a patch of what must stay",
        "An object's kind, name and namespace are what other objects and the next release know it by, and a ConfigMap "
        "whose name is the hash of its content stays immutable.",
        "leave it; rename the spec to rename its objects",
        "merge: {metadata: {name: another}}",
    ),
    Code(
        "PLM-PAT-004",
        "a patch that breaks an object",
        "With the patch, the object has a field or a value that its schema does not know, or a name in the release "
        "leads to nothing.",
        "mend the patch as the message says",
        "merge: {spec: {replica: 2}}    # replicas",
    ),
)
