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
        "A column is taken for a type that its data source does not declare; one that is to say when is neither a "
        "timestamp nor a date; or a date is to join features, which no model and no feature set reads.",
        "declare the same type in both places, or name a column of a type that fits",
        "inputs:\n  hour: {type: string}    # int in the DataSource",
    ),
    Code(
        "PLM-REF-007",
        "the label is an input",
        "The model would be told what it is to predict, and its evaluation would mean nothing: the label is an input "
        "or a feature. It is a warning when the label is worked out from columns that are all inputs, since a "
        "formula may be learned on purpose.",
        "take the label, or what it is worked out from, out of the inputs",
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
        "it runs. A null takes a value of the spec away; one that takes nothing away is most likely misspelt.",
        "make it a deployment of its own; take the null away, or spell its key as the spec does",
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
    Code(
        "PLM-REF-011",
        "an option that this version does not render",
        "The language says more than this version renders. Nothing that a spec says is left aside in silence, so that "
        "the option is refused where it stands, in the spec or in what an environment lays over it.",
        "do as the hint says until a later version renders it",
        "rollout: {strategy: canary, steps: [{weight: 10, hold: 1h}]}",
    ),
    Code(
        "PLM-REF-012",
        "another version than the one that is asked for",
        "A reference asks for a version, and what it names has another one or declares none. flights@1 means 1.0.0 or "
        "later, below 2; flights@1.2 means 1.2.0 or later, below 2; below 1.0.0 every minor version may break, so that "
        "flights@0.3 means 0.3.0 or later, below 0.4.",
        "read what changed in what is named, then ask for its version; or name it without one",
        "sources: [flights@1]    # metadata: {name: flights, version: 2.0.0}",
    ),
    Code(
        "PLM-REF-013",
        "a type that the training program does not take",
        "The model says which types of column its program takes, and an input or a feature has another one.",
        "leave the feature out, make another type of it, or have the program take it and say so in training.inputTypes",
        "training: {inputTypes: [float, int]}\nfeatures:\n  - {set: route, use: [airline]}    # a string",
    ),
    Code(
        "PLM-REF-014",
        "a monitor of what the model does not read",
        "A deployment's monitoring names an input that its model does not have, so that it can never be watched.",
        "spell it as the hint says, or take it out of monitoring.features",
        "monitoring: {features: [wind_sped]}",
    ),
    Code(
        "PLM-REF-015",
        "known too late",
        "Something is used before it is known, by what the specs say of themselves: an input or a key is a column that "
        "its source fills in after the row (knownAfter), a label claims to be known before the columns it is made of, "
        "a feature holds from a time at which its column is not filled in, or examples are chosen by an outcome. The "
        "model would learn from the future, and do worse than its evaluation says.",
        "use what is known at the time, or say truly when it is known",
        "knownAfter: {arrival_delay: 24h}    # in the DataSource\n"
        "label: {name: late, expression: arrival_delay > 15, knownAfter: 1h}    # in the Model",
    ),
    Code(
        "PLM-REF-016",
        "a metric of another task",
        "The metric does not measure the kind of answer that the model gives, so that its gate could never be judged.",
        "measure by one of the metrics that the hint names",
        "task: regression\nevaluation: {gates: [{metric: auc, minimum: 0.7}]}",
    ),
    Code(
        "PLM-REF-017",
        "a trigger that changes nothing",
        "A model is to be trained when data of a source arrive that neither its examples nor its feature sets come "
        "from, or when another model's deployment drifts. The training would give the same model once more.",
        "name a source that the model reads, or a deployment of it",
        "examples: {source: flights}\ntriggers: [{type: data-arrival, source: parcels}]",
    ),
    Code(
        "PLM-REF-018",
        "a combination that would be ignored",
        "Each value is sound, and the engine that an environment names would silently do something else with all of "
        "them together: a canary without an engine that knows canaries, a shadow that nothing reaches, a sleep without "
        "an awakening. docs/reference/combinations.md lists them.",
        "do as the hint says, in the deployment or in the environment's platform",
        "online: {rollout: {strategy: canary, steps: [{weight: 10, hold: 1h}]}}    # platform: {serving: deployment}",
    ),
    Code(
        "PLM-REF-019",
        "mutual TLS that nothing enforces",
        "The environment declares that connections inside the cluster are encrypted and authenticated, which is the "
        "default, and describes a platform without a mesh. Nothing that is rendered makes the declaration true.",
        "name the mesh in platform.mesh; where the network itself does it, ignore the warning with that reason",
        'network: {mutualTls: true}\nplatform: {kubernetes: "1.36"}',
    ),
    Code(
        "PLM-REF-020",
        "a mesh without mutual TLS",
        "The platform has a mesh, and the environment says that connections need not be encrypted and authenticated. "
        "The mesh would be told to do it all the same.",
        "leave mutualTls out, or write mesh: none",
        "network: {mutualTls: false}\nplatform: {mesh: istio}",
    ),
    Code(
        "PLM-REF-021",
        "evidence that has changed",
        "A spec names a document and the digest of what it said when somebody took it for evidence. The file says "
        "something else now, and nobody has said that it still proves the same.",
        "read what changed, and write the new digest if it is still evidence",
        "evidence: {modelCard: {file: card.md, digest: 'sha256:…'}}    # card.md was edited since",
    ),
    Code(
        "PLM-REF-022",
        "two environments in one namespace",
        "Two environments name one namespace of one cluster. Objects are called after specs, and not after "
        "environments, so that each release would overwrite what the other one left there, and a GitOps tool would "
        "remove it again.",
        "give each environment a namespace of its own",
        "cluster: one-1\nnamespace: churn    # as in the environment that this one was copied from",
    ),
    Code(
        "PLM-REF-023",
        "classes that do not fit the task",
        "A model of several classes names every one of them once, three at the least, beside its label; their order is "
        "that of its answers. Two classes are a binary classification, whose label is a condition, and a regression "
        "has none.",
        "name every class once, or take the classes away, as the hint says",
        "task: multiclass-classification\nlabel: {name: outcome, expression: outcome, knownAfter: 24h}",
    ),
    Code(
        "PLM-REF-024",
        "a refresh of nothing",
        "A deployment's online features are to be made anew on a schedule, and its model reads no feature sets. The "
        "runs would do nothing.",
        "leave refresh out, or have the model read a feature set",
        'online: {refresh: {cron: "5 * * * *"}}    # the Model has features: []',
    ),
    Code(
        "PLM-REF-025",
        "features that are stale before they are refreshed",
        "From one refresh of a deployment's online features to the next it may be longer than what a feature set that "
        "its model reads holds for. In between the server takes these features as staleFeatures says, which is not "
        "how the model learned from them.",
        "refresh more often than the shortest ttl, or let the feature set hold for longer",
        'online: {refresh: {cron: "0 */6 * * *"}}    # the FeatureSet has ttl: 3h',
    ),
    Code(
        "PLM-REF-026",
        "a name that is taken",
        "Beside its inputs a model's answer is profiled as prediction; beside an example's id, timestamp and label it "
        "is handed on as score, of several classes as prediction; and known_at says when a label is known. A column of "
        "such a name would stand there twice, and whoever asks for it by name would fail.",
        "call the column something else in its source",
        "inputs:\n  prediction: {type: float}    # of another model",
    ),
)
