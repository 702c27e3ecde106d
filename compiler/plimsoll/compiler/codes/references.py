"""Codes of names that lead nowhere, or to the wrong thing."""

from plimsoll.compiler.codes.code import Code

REFERENCES = (
    Code(
        "PLM-REF-001",
        "one name, two specs",
        "Two specs of one kind have the same name, or a feature set's source names both a DataSource and a "
        "FeatureSet. Nobody could say which of them is meant.",
        "rename one of them",
        "two files with kind: Model and metadata.name: flight-delay",
    ),
    Code(
        "PLM-REF-002",
        "there is no such thing",
        "A spec names a spec, a feature or a column that does not exist.",
        "spell it as the hint says, or add what is named",
        "spec:\n  model: fligth-delay",
    ),
    Code(
        "PLM-REF-003",
        "a file or a folder is missing",
        "A spec names a file or a folder beside itself that is not there. It must be committed with the spec.",
        "add it, or mend the path, which is relative to the spec's file",
        "transformation: {file: carrier-record.sql}",
    ),
    Code(
        "PLM-REF-004",
        "made from itself",
        "Feature sets are made from one another in a circle, so that none of them can be built first.",
        "take one of the sources on the path away",
        "a: sources: [b]\nb: sources: [a]",
    ),
    Code(
        "PLM-REF-005",
        "features that do not join",
        "A feature is named twice among a model's inputs, or the key by which a feature set is joined is not a "
        "column of the examples.",
        "take the feature away in one of the places; add the key to examples.keys or examples.inputs",
        "features:\n  - {set: origin-weather, use: [temp]}    # joined by origin, which the examples do not have",
    ),
    Code(
        "PLM-REF-006",
        "types that differ",
        "A column is taken for a type that its data source does not declare.",
        "declare the same type in both places",
        "inputs:\n  hour: {type: string}    # int in the DataSource",
    ),
    Code(
        "PLM-REF-007",
        "the label is an input",
        "The model would be told what it is to predict, and its evaluation would mean nothing.",
        "take the label out of the inputs",
        "inputs: {late: {type: bool}}\nlabel: {name: late, expression: arrival_delay > 15, knownAfter: 24h}",
    ),
    Code(
        "PLM-REF-008",
        "a deployment that cannot work",
        "In one of its environments a deployment is neither online nor batch, or both, or scales from more "
        "replicas to fewer.",
        "give either online or batch, with scaling.min at most scaling.max",
        "online: {scaling: {min: 4, max: 2}}",
    ),
    Code(
        "PLM-REF-009",
        "an environment lays over what it must not",
        "An environment's values may change how a deployment runs there, not which model it serves or where else "
        "it runs.",
        "make it a deployment of its own",
        "environments:\n  staging: {model: another}",
    ),
    Code(
        "PLM-REF-010",
        "a model format that no step loads",
        "The steps that evaluate, profile, serve and score a model load it without running code that it brings. "
        "They know the format skops; a model in another one is refused after it was trained.",
        "have the training program save its model with skops.io.dump, and say format: {name: skops}",
        "format: {name: onnx}",
    ),
)
