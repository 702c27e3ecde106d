from datetime import datetime

import pytest

from plimsoll.runtime.runner import events, plan_order


def task(name, template="step", **more):
    return {"name": name, "template": template, **more}


def dag(*tasks, **more):
    return {"name": "main", "dag": {"tasks": list(tasks), **more}}


def takes(*names):
    return {"inputs": {"parameters": [{"name": name} for name in names]}}


def gives(**values):
    return {"arguments": {"parameters": [{"name": name.replace("_", "-"), "value": v} for name, v in values.items()]}}


def statuses(record):
    return {name: node.status for name, node in record.nodes.items()}


def test_a_task_starts_after_what_it_depends_on_has_finished(bench, shell):
    tasks = [task("c", dependencies=["a", "b"]), task("a"), task("b", dependencies=["a"])]
    record = bench.launch([dag(*tasks), shell("step", "true")])
    assert record.status == "Succeeded"
    a, b, c = (record.nodes[name] for name in "abc")
    assert a.finished <= b.started
    assert b.finished <= c.started
    assert [len(node.attempts) for node in (a, b, c)] == [1, 1, 1]


def test_independent_tasks_overlap(bench, shell):
    record = bench.launch([dag(task("a"), task("b")), shell("step", "sleep 0.4")])
    a, b = record.nodes["a"], record.nodes["b"]
    assert max(a.started, b.started) < min(a.finished, b.finished)


@pytest.mark.parametrize("where", ["spec", "template", "caller"])
def test_parallelism_keeps_programs_apart(bench, shell, where):
    main = dag(task("a"), task("b"))
    spec = {"parallelism": 1} if where == "spec" else {}
    if where == "template":
        main["parallelism"] = 1
    workflow = bench.load([main, shell("step", "sleep 0.2")], **spec)
    record = bench.run(workflow, max_parallel=1 if where == "caller" else 8)
    moments = [(a.started, a.finished) for n in record.nodes.values() for a in n.attempts]
    (_, first_end), (second_start, _) = sorted(moments)
    assert first_end <= second_start


@pytest.mark.parametrize(
    ("depends", "expected"),
    [
        ("good", "Succeeded"),
        ("bad", "Omitted"),
        ("bad.Failed", "Succeeded"),
        ("!bad.Succeeded && good", "Succeeded"),
        ("bad || good.Succeeded", "Succeeded"),
        ("skipped", "Succeeded"),
        ("skipped.Succeeded", "Omitted"),
        ("skipped.Skipped && (bad.Failed || bad.Errored)", "Succeeded"),
        ("many.AnySucceeded", "Succeeded"),
        ("many.AllFailed", "Omitted"),
    ],
)
def test_depends(bench, shell, depends, expected):
    tasks = [
        task("good"),
        task("bad", "fail"),
        task("skipped", when="1 == 2"),
        task("many", "code", withItems=[0, 1], **gives(code="{{item}}")),
        task("last", depends=depends),
    ]
    templates = [dag(*tasks, failFast=False), shell("step", "true"), shell("fail", "exit 1")]
    record = bench.launch([*templates, shell("code", "exit {{inputs.parameters.code}}", **takes("code"))])
    assert record.nodes["last"].status == expected


def test_a_handled_failure_doesn_t_fail_the_dag_and_an_unhandled_one_does(bench, shell):
    templates = [shell("step", "true"), shell("fail", "exit 1")]
    handled = dag(task("bad", "fail"), task("cleanup", depends="bad.Failed"))
    assert bench.launch([handled, *templates]).status == "Succeeded"
    unhandled = dag(task("bad", "fail"), task("after", dependencies=["bad"]))
    record = bench.launch([unhandled, *templates])
    assert (record.status, statuses(record)) == ("Failed", {"bad": "Failed", "after": "Omitted"})


def test_continue_on_forgives(bench, shell):
    tasks = [task("bad", "fail", continueOn={"failed": True}), task("after", dependencies=["bad"])]
    record = bench.launch([dag(*tasks), shell("step", "true"), shell("fail", "exit 1")])
    assert (record.status, statuses(record)) == ("Succeeded", {"bad": "Failed", "after": "Succeeded"})


@pytest.mark.parametrize(("fail_fast", "expected"), [(True, "Omitted"), (False, "Succeeded")])
def test_fail_fast_starts_nothing_after_a_leaf_has_failed(bench, shell, fail_fast, expected):
    tasks = [task("bad", "fail"), task("slow"), task("later", dependencies=["slow"])]
    templates = [dag(*tasks, failFast=fail_fast), shell("step", "sleep 0.3"), shell("fail", "exit 1")]
    record = bench.launch(templates)
    assert statuses(record) == {"bad": "Failed", "slow": "Succeeded", "later": expected}
    assert record.status == "Failed"


@pytest.mark.parametrize(
    ("when", "runs"),
    [
        ("{{workflow.parameters.mode}} == smoke", True),
        ("{{workflow.parameters.mode}} != smoke", False),
        ("'{{workflow.parameters.mode}}' == 'smoke' && {{workflow.parameters.rows}} > 99", True),
        ("{{workflow.parameters.rows}} >= 101 || !({{workflow.parameters.mode}} == full)", True),
        ("{{workflow.parameters.mode}} in ('full', 'nightly')", False),
        ("{{workflow.parameters.mode}} =~ '^sm'", True),
        ("{{workflow.parameters.flag}}", True),
    ],
)
def test_when(bench, shell, when, runs):
    arguments = {"parameters": [{"name": "mode", "value": "smoke"}, {"name": "rows", "value": 100}]}
    arguments["parameters"].append({"name": "flag", "value": True})
    record = bench.launch([dag(task("a", when=when)), shell("step", "true")], arguments=arguments)
    assert record.nodes["a"].status == ("Succeeded" if runs else "Skipped")
    assert record.status == "Succeeded"
    assert any(isinstance(e, events.StepSkipped) for e in bench.events) == (not runs)


def test_a_value_can_t_alter_a_condition(bench, shell):
    arguments = {"parameters": [{"name": "mode", "value": "x' == 'x' || 'a' == 'a"}]}
    main = dag(task("a", when="'{{workflow.parameters.mode}}' == 'smoke'"))
    assert bench.launch([main, shell("step", "true")], arguments=arguments).nodes["a"].status == "Skipped"


def test_with_param_fans_out_over_another_task_s_output_and_gathers_the_outputs(bench, shell):
    out = {"outputs": {"parameters": [{"name": "v", "valueFrom": {"path": "/plimsoll/out/v"}}]}}
    double = shell("double", "echo $(( {{inputs.parameters.n}} * 2 )) > /plimsoll/out/v", **takes("n"), **out)
    tasks = [
        task("list", "list"),
        task(
            "double",
            "double",
            dependencies=["list"],
            withParam="{{tasks.list.outputs.parameters.v}}",
            **gives(n="{{item.n}}"),
        ),
        task("show", "show", dependencies=["double"], **gives(all="{{tasks.double.outputs.parameters.v}}")),
    ]
    listing = shell("list", """echo '[{"n": 1}, {"n": 20}]' > /plimsoll/out/v""", **out)
    show = shell("show", "echo '{{inputs.parameters.all}}' > /plimsoll/out/v", **takes("all"), **out)
    record = bench.launch([dag(*tasks), listing, double, show])
    assert record.status == "Succeeded", record
    assert record.nodes["show"].parameters == {"v": "[2, 40]"}
    assert record.nodes["double.1"].item == '{"n":20}'


def test_with_items_and_with_sequence(bench, shell):
    show = shell("step", "true", **takes("x"))
    sequence = {"start": "8", "end": "10", "format": "day-%02d"}
    tasks = [
        task("items", withItems=["a", 2, True, {"k": "v"}], **gives(x="{{item}}")),
        task("days", withSequence=sequence, **gives(x="{{item}}")),
        task("none", withItems=[], **gives(x="{{item}}")),
    ]
    record = bench.launch([dag(*tasks), show])
    seen = {name: node.inputs.get("x") for name, node in record.nodes.items()}
    assert seen == {
        "items.0": "a", "items.1": "2", "items.2": "true", "items.3": '{"k":"v"}',
        "days.0": "day-08", "days.1": "day-09", "days.2": "day-10", "none": None,
    }  # fmt: skip
    assert record.nodes["none"].status == "Skipped"


def test_a_with_param_that_is_no_list_is_an_error_of_the_task(bench, shell):
    arguments = {"parameters": [{"name": "list", "value": "{}"}]}
    main = dag(task("a", withParam="{{workflow.parameters.list}}"))
    record = bench.launch([main, shell("step", "true")], arguments=arguments)
    assert record.nodes["a"].status == record.status == "Error"
    assert "no JSON list" in record.nodes["a"].message


def test_nested_dags_pass_parameters_and_artifacts_in_and_out(bench, shell):
    made = {"outputs": {"artifacts": [{"name": "f", "path": "/plimsoll/out/f"}]}}
    inner = {
        "name": "inner",
        **takes("word"),
        "dag": {"tasks": [task("make", "make", **gives(word="{{inputs.parameters.word}}"))]},
        "outputs": {
            "parameters": [{"name": "size", "valueFrom": {"parameter": "{{tasks.make.outputs.parameters.size}}"}}],
            "artifacts": [{"name": "f", "from": "{{tasks.make.outputs.artifacts.f}}"}],
        },
    }
    make = shell(
        "make",
        "printf {{inputs.parameters.word}} > /plimsoll/out/f; wc -c < /plimsoll/out/f > /plimsoll/out/n",
        **takes("word"),
        **made,
    )
    make["outputs"]["parameters"] = [{"name": "size", "valueFrom": {"path": "/plimsoll/out/n"}}]
    use = shell("use", 'test "$(cat /plimsoll/in/f)" = hello; test {{inputs.parameters.size}} = 5', **takes("size"))
    use["inputs"]["artifacts"] = [{"name": "f", "path": "/plimsoll/in/f"}]
    call = gives(size="{{tasks.outer.outputs.parameters.size}}")
    call["arguments"]["artifacts"] = [{"name": "f", "from": "{{tasks.outer.outputs.artifacts.f}}"}]
    record = bench.launch(
        [
            dag(task("outer", "inner", **gives(word="hello")), task("use", "use", dependencies=["outer"], **call)),
            inner,
            make,
            use,
        ]
    )
    assert statuses(record) == {"outer": "Succeeded", "outer/make": "Succeeded", "use": "Succeeded"}, record


def test_steps_run_group_after_group(bench, shell):
    step = shell("step", "true")
    show = shell("show", "test '{{inputs.parameters.s}}' = Succeeded", **takes("s"))
    main = {"name": "main", "steps": [[task("a"), task("b")], [task("c", "show", **gives(s="{{steps.a.status}}"))]]}
    record = bench.launch([main, step, show])
    assert record.status == "Succeeded"
    assert max(record.nodes[n].finished for n in "ab") <= record.nodes["c"].started
    assert [[t.name for t in wave] for wave in plan_order(bench.load([main, step, show]))] == [["a", "b"], ["c"]]


def test_a_lone_container_is_a_workflow(bench, shell):
    record = bench.launch([shell("main", "true")])
    assert statuses(record) == {"main": "Succeeded"}
    assert isinstance(record.finished, datetime)


def test_a_dag_with_a_retry_strategy_is_run_again(bench, shell):
    script = "test -e /plimsoll/state/seen || { touch /plimsoll/state/seen; exit 1; }"
    state = {"volumes": [{"name": "s", "persistentVolumeClaim": {"claimName": "plimsoll-state"}}]}
    mounted = {"container": {"volumeMounts": [{"name": "s", "mountPath": "/plimsoll/state"}]}}
    record = bench.launch(
        [{**dag(task("a")), "retryStrategy": {"limit": "1"}}, shell("step", script, **mounted)], **state
    )
    assert record.status == "Succeeded"
    assert statuses(record) == {"a": "Failed", "main.retry-1/a": "Succeeded"}
