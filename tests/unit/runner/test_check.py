"""What is refused before anything runs."""

import pytest

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import Mounts, load_workflow, plan_order, run, unsupported


def task(name, template="step", **more):
    return {"name": name, "template": template, **more}


def dag(*tasks, **more):
    return {"name": "main", "dag": {"tasks": list(tasks)}, **more}


def gives(**values):
    return {"arguments": {"parameters": [{"name": name, "value": value} for name, value in values.items()]}}


def step(**more):
    return {"name": "step", "container": {"command": ["true"], **more.pop("container", {})}, **more}


TAKES = {"inputs": {"parameters": [{"name": "p"}]}}
TAKES_FILE = {"inputs": {"artifacts": [{"name": "a", "path": "/plimsoll/in/a"}]}}
A_FROM = {"arguments": {"artifacts": [{"name": "a", "from": "{{tasks.x.outputs.artifacts.b}}"}]}}


@pytest.mark.parametrize(
    ("templates", "words"),
    [
        ([dag(task("a", "none")), step()], ["template none", "main", "a"]),
        ([dag(task("a", dependencies=["b"])), step()], ["task b", "main.a"]),
        ([dag(task("a", depends="b.Succeeded")), step()], ["task b", "main.a"]),
        ([dag(task("a"), task("b", depends="a.Won")), step()], ["Won", "main.b.depends"]),
        ([dag(task("a"), task("b", depends="a &")), step()], ["isn't understood", "main.b.depends"]),
        ([dag(task("a"), task("b", depends="a", dependencies=["a"])), step()], ["both", "main.b"]),
        (
            [dag(task("a", depends="c"), task("b", depends="a"), task("c", depends="b")), step()],
            ["circle", "a → c → b → a"],
        ),
        ([dag(task("a", dependencies=["a"])), step()], ["circle", "a → a"]),
        ([dag(task("a", "main")), step()], ["calls itself", "main → main"]),
        ([dag(task("a"), task("a")), step()], ["name a", "given twice"]),
        ([dag(task("../a")), step()], ["../a"]),
        ([dag(task("a")), step(), step()], ["name step", "given twice"]),
        ([dag(task("a")), step(**TAKES)], ["parameter p", "main.a", "needs it"]),
        ([dag(task("a", **gives(q="1"))), step()], ["parameter q", "main.a", "takes no such"]),
        (
            [dag(task("a", **gives(p="{{workflow.parameters.none}}"))), step(**TAKES)],
            ["parameters.none", "a.arguments.p"],
        ),
        ([dag(task("a", **gives(p="{{item}}"))), step(**TAKES)], ["{{item}}"]),
        ([dag(task("a", **gives(p="{{=1 + 1}}"))), step(**TAKES)], ["expression tags"]),
        (
            [dag(task("a", **gives(p="")), task("b", **gives(p="{{tasks.a.status}}"))), step(**TAKES)],
            ["tasks.a.status", "main.b"],
        ),
        ([dag(task("a", when="{{workflow.status}} == x")), step()], ["workflow.status", "main.a.when"]),
        ([dag(task("a", when="f(x) == 1")), step()], ["function `f`", "main.a.when"]),
        ([dag(task("a", withItems=[1], withParam="[]")), step()], ["more than one way"]),
        ([dag(task("a")), step(**TAKES_FILE)], ["artifact a", "needs it"]),
        ([dag(task("a", **A_FROM)), step(**TAKES_FILE)], ["tasks.x.outputs.artifacts.b", "main.a"]),
        (
            [dag(task("a")), step(container={"args": ["{{inputs.parameters.p}}"]})],
            ["parameters.p", "step.container.args"],
        ),
        ([dag(task("a")), step(container={"volumeMounts": [{"name": "v", "mountPath": "/plimsoll/v"}]})], ["volume v"]),
        ([dag(task("a")), step(outputs={"artifacts": [{"name": "o", "path": "/etc/x"}]})], ["artifact o", "/plimsoll"]),
        ([dag(task("a")), step(outputs={"artifacts": [{"name": "o", "path": "/plimsoll/../x"}]})], ["artifact o"]),
        ([dag(task("a")), step(retryStrategy={"expression": "lastRetry.mood == 1"})], ["lastRetry.mood"]),
        ([dag(task("a")), step(retryStrategy={"expression": "__import__('os')"})], ["__import__"]),
        ([dag(task("a")), step(retryStrategy={"backoff": {"duration": "soon"}})], ["soon"]),
        ([dag(task("a")), step(retryStrategy={"limit": "many"})], ["spec.templates.1.retryStrategy.limit"]),
        ([dag(task("a")), {"name": "step"}], ["template step", "no body"]),
        ([dag(task("a")), {"name": "step", "container": {"args": ["x"]}}], ["no command"]),
    ],
)
def test_a_workflow_that_doesn_t_hold_together_is_refused_with_the_place(bench, templates, words):
    with pytest.raises(Refused) as refused:
        bench.load(templates)
    assert refused.value.where.startswith("workflow.yaml")
    for word in words:
        assert word in str(refused.value)


def test_a_refusal_in_mid_run_is_final(bench):
    retry = {"limit": 2, "retryPolicy": "Always", "backoff": {"duration": "1h"}}
    volumes = [{"name": "v", "configMap": {"name": "c", "items": [{"key": "k", "path": "k"}]}}]
    bench.write("c.yaml", {"kind": "ConfigMap", "metadata": {"name": "c"}})
    container = {"volumeMounts": [{"name": "v", "mountPath": "/plimsoll/v"}]}
    record = bench.launch([step(name="main", container=container, retryStrategy=retry)], volumes=volumes)
    assert (record.status, len(record.nodes["main"].attempts)) == ("Error", 1)


def test_a_missing_config_map_and_key_are_refused(bench):
    volumes = [{"name": "v", "configMap": {"name": "c", "items": [{"key": "k", "path": "k"}]}}]
    templates = [step(name="main", container={"volumeMounts": [{"name": "v", "mountPath": "/plimsoll/v"}]})]
    with pytest.raises(Refused, match="ConfigMap c"):
        bench.load(templates, volumes=volumes)
    bench.write("c.yaml", {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {}})
    record = bench.launch(templates, volumes=volumes)
    assert record.status == "Error"
    assert "the key k" in record.message


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mode": "slow"}, "isn't one of full, smoke"),
        ({"as-of": "1", "mood": "x"}, "takes no such parameter"),
        ({"mode": "full"}, "no value"),
    ],
)
def test_parameters_are_checked_before_anything_runs(bench, given, words):
    mode = {"name": "mode", "value": "full", "enum": ["full", "smoke"]}
    workflow = bench.load([step(name="main")], arguments={"parameters": [mode, {"name": "as-of"}]})
    with pytest.raises(Refused, match=words):
        bench.run(workflow, given)
    assert not (bench.base / "runs").exists()
    assert bench.run(workflow, {"as-of": "2026-01-01"}).parameters == {"mode": "full", "as-of": "2026-01-01"}


@pytest.mark.parametrize(
    "metadata",
    [
        {"name": "churn-train"},
        {"name": "churn-train-3f9ac1", "labels": {"plimsoll.dev/workflow": "churn-train"}},
        {"name": "churn-train-3f9ac1", "annotations": {"plimsoll.dev/workflow": "churn-train"}},
        {"generateName": "churn-train-"},
    ],
)
def test_a_workflow_is_found_by_any_of_its_names(bench, metadata):
    bench.write("a.yaml", {"kind": "CronWorkflow", "metadata": {"name": "churn-train"}})
    spec = {"entrypoint": "main", "templates": [step(name="main")]}
    bench.write("b.yaml", {"kind": "WorkflowTemplate", "metadata": metadata, "spec": spec})
    assert load_workflow(bench.release, "churn-train").source.name == "b.yaml"
    with pytest.raises(Refused, match="no WorkflowTemplate goes by that name") as refused:
        load_workflow(bench.release, "churn")
    assert refused.value.mend == "the WorkflowTemplates there are churn-train"
    bench.write("c.yaml", {"kind": "WorkflowTemplate", "metadata": metadata, "spec": spec})
    with pytest.raises(Refused, match=r"b\.yaml, c\.yaml"):
        load_workflow(bench.release, "churn-train")


def test_a_file_that_is_no_yaml_is_refused_by_name(bench):
    bench.release.mkdir()
    (bench.release / "x.yaml").write_text("kind: [WorkflowTemplate")
    with pytest.raises(Refused, match=r"x\.yaml"):
        load_workflow(bench.release, "w")


def test_what_isn_t_honoured_is_named_and_what_would_change_the_results_is_refused(bench):
    mounts = [{"name": "state", "mountPath": "/plimsoll/state", "readOnly": True}, {"name": "tmp", "mountPath": "/tmp"}]
    template = step(
        name="main",
        nodeSelector={"gpu": "yes"},
        sidecars=[{"name": "s"}],
        memoize={"key": "k"},
        outputs={"artifacts": [{"name": "o", "path": "/plimsoll/out/o", "optional": True, "s3": {"key": "k"}}]},
        container={"image": "i", "resources": {"limits": {"nvidia.com/gpu": 1}}, "volumeMounts": mounts},
    )
    volumes = [
        {"name": "state", "persistentVolumeClaim": {"claimName": "plimsoll-state"}},
        {"name": "tmp", "emptyDir": {}},
        {"name": "nfs", "nfs": {"server": "s"}},
    ]
    workflow = bench.load([template], volumes=volumes, tolerations=[{}], synchronization={}, sorcery=1)
    assert {(part.place, part.effect) for part in unsupported(workflow)} == {
        ("spec.tolerations", "ignored"),
        ("spec.synchronization", "ignored"),
        ("spec.sorcery", "refused"),
        ("spec.templates.main.nodeSelector", "ignored"),
        ("spec.templates.main.sidecars", "refused"),
        ("spec.templates.main.memoize", "ignored"),
        ("spec.templates.main.outputs.artifacts.o.s3", "ignored"),
        ("spec.templates.main.container.image", "ignored"),
        ("spec.templates.main.container.resources.nvidia.com/gpu", "ignored"),
        ("spec.templates.main.container.volumeMounts.state.readOnly", "ignored"),
        ("spec.templates.main.container.volumeMounts.tmp", "ignored"),
        ("spec.volumes.nfs", "refused"),
        ("spec.volumes.nfs.nfs", "refused"),
    }
    with pytest.raises(Refused, match="and 3 more"):
        bench.run(workflow)
    assert not (bench.base / "runs").exists()


REGION = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.labels['topology.kubernetes.io/region']"}}


@pytest.mark.parametrize(
    ("variable", "effect"),
    [
        ({"name": "PLIMSOLL_REGION", "valueFrom": REGION}, "ignored"),
        ({"name": "OTHER", "valueFrom": REGION}, "refused"),
        ({"name": "PLIMSOLL_REGION", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}, "refused"),
        ({"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}, "refused"),
    ],
)
def test_of_a_pod_s_fields_there_is_the_region_alone(bench, variable, effect):
    workflow = bench.load([step(name="main", container={"env": [variable]})])
    assert {part.effect for part in unsupported(workflow)} == {effect}


def test_the_region_is_what_this_machine_is_said_to_be_in(bench, monkeypatch):
    told = 'test "${PLIMSOLL_REGION-unset}" = "$0"'
    env = {"env": [{"name": "PLIMSOLL_REGION", "valueFrom": REGION}]}
    for region in ("unset", "me-central-1"):
        if region != "unset":
            monkeypatch.setenv("PLIMSOLL_REGION", region)
        container = {"command": ["sh", "-c", told, region], **env}
        assert bench.run(bench.load([step(name="main", container=container)])).status == "Succeeded"


@pytest.mark.parametrize("body", [{"suspend": {}}, {"script": {"source": "x"}}, {"http": {"url": "x"}}])
def test_a_kind_of_template_that_isn_t_known_here_is_named_not_run(bench, body):
    workflow = bench.load([dag(task("a", "odd")), {"name": "odd", **body}])
    assert [(p.place, p.effect) for p in unsupported(workflow)] == [
        (f"spec.templates.odd.{next(iter(body))}", "refused")
    ]


@pytest.mark.parametrize(
    ("volume", "path"),
    [
        ({"persistentVolumeClaim": {"claimName": "other"}}, "/plimsoll/x"),
        ({"secret": {"secretName": "other"}}, "/plimsoll/x"),
        ({"configMap": {"name": "c"}}, "/etc/x"),
        ({"emptyDir": {}}, "/plimsoll/state/x"),
    ],
)
def test_volumes_without_a_counterpart_are_refused(bench, volume, path):
    bench.write("c.yaml", {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {}})
    volumes = [{"name": "v", **volume}, {"name": "s", "persistentVolumeClaim": {"claimName": "plimsoll-state"}}]
    mounts = [{"name": "v", "mountPath": path}, {"name": "s", "mountPath": "/plimsoll/state"}]
    workflow = bench.load([step(name="main", container={"volumeMounts": mounts})], volumes=volumes)
    assert [part.effect for part in unsupported(workflow)] == ["refused"]


def test_a_claim_without_a_folder_is_refused_before_anything_runs(bench):
    volumes = [{"name": "t", "secret": {"secretName": "plimsoll-trust"}}]
    mounts = [{"name": "t", "mountPath": "/plimsoll/trust"}]
    workflow = bench.load([step(name="main", container={"volumeMounts": mounts})], volumes=volumes)
    bench.mounts.trust.rmdir()
    missing = bench.base / "trust"
    with pytest.raises(Refused) as refused:
        run(
            workflow,
            parameters={},
            workdir=bench.base,
            mounts=Mounts(bench.base, bench.base, missing),
            listener=bench.events.append,
        )
    assert refused.value.where == str(missing)
    assert not bench.events


def test_the_plan_shows_waves_with_what_decides_whether_a_task_runs(bench):
    workflow = bench.load(
        [dag(task("c", depends="b || a.Failed", when="1 == 1"), task("b", withItems=[1]), task("a")), step()]
    )
    first, second = plan_order(workflow)
    assert [(t.name, t.fans_out) for t in first] == [("b", True), ("a", False)]
    assert [(t.name, t.dependencies, t.when) for t in second] == [("c", ("b", "a"), "1 == 1")]
