"""Codes of rendering a release, and of validating what was rendered."""

from plimsoll.compiler.codes.code import Code

RENDERING = (
    Code(
        "PLM-REN-001",
        "text that Argo would replace",
        "Argo replaces {{…}} wherever it stands in a workflow. A text of a spec that brings it there could read "
        "another step's outputs or change a command.",
        "write it without two opening braces in a row",
        'description: "reads {{workflow.parameters.secret}}"',
    ),
    Code(
        "PLM-REN-002",
        "an object that is too large",
        "Kubernetes stores at most 1 MiB an object. Training code travels in a ConfigMap.",
        "put data and weights into the image or the data store, not beside the code",
        "a folder of training code with a weights file in it",
    ),
    Code(
        "PLM-REN-003",
        "two objects of one name",
        "Names are made from those of the specs, and two of them come out alike.",
        "rename one of the specs",
        "a Model a-train and a Model a whose workflow would be a-train",
    ),
    Code(
        "PLM-REN-004",
        "a file beside a spec cannot be used",
        "The SQL or the training code cannot be read, is not UTF-8, or is a symbolic link, whose target may "
        "change after it was signed.",
        "put the file itself beside the spec",
        "train.py -> ../../shared/train.py",
    ),
    Code(
        "PLM-REN-005",
        "a deployment without a pin",
        "No version was promoted yet, so nothing of the deployment is rendered in that environment. Training is.",
        "run the training workflow, then plimsoll promote",
        "environments:\n  production: {}",
    ),
    Code(
        "PLM-REN-007",
        "a rollout that can never move",
        "With neither a surge nor an absence allowed, no pod can be replaced.",
        "let maxSurge or maxUnavailable be 1 or more",
        "rollout: {maxSurge: 0, maxUnavailable: 0}",
    ),
    Code(
        "PLM-REN-008",
        "an environment with nothing in it",
        "No deployment runs in the environment, so there is no release for it.",
        "add the environment to a deployment, when something is to run there",
        "an Environment that no Deployment names",
    ),
    Code(
        "PLM-REN-009",
        "a training that the cluster has nothing for",
        "A model asks for several machines or for events, and the environment's platform offers neither: the request "
        "would be left aside in silence.",
        "say in the environment's platform what its cluster has, or leave it out of the model",
        "training: {distributed: {nodes: 2}}    # platform: {}",
    ),
)

VALIDATION = (
    Code(
        "PLM-VAL-001",
        "a rendered file that holds no object",
        "A file of the release is not one Kubernetes object, or not one that is shaped like its kind.",
        "compile again; if it stays, please report it: what is rendered must be valid",
        "an empty file, or a WorkflowTemplate whose templates are text",
    ),
    Code(
        "PLM-VAL-002",
        "a rendered field that nobody knows",
        "The schemas of Kubernetes or of Argo Workflows do not know a field, a value or a kind. A server would "
        "drop it or refuse the object.",
        "please report it: templates must render what the servers read",
        "spec: {replica: 2}    # replicas",
    ),
    Code(
        "PLM-VAL-003",
        "a rendered name that leads to nothing",
        "An object refers to another one, a volume, a step or an artifact that the release does not hold.",
        "please report it: a release must be whole",
        "configMap: {name: flight-delay-train-0000000000}",
    ),
    Code(
        "PLM-VAL-004",
        "an expression that has no value",
        "Argo would find nothing to put in place of an expression in double braces where it stands.",
        "please report it: a workflow must not fail on what could be known before",
        "args: ['{{inputs.parameters.as-off}}']",
    ),
)
