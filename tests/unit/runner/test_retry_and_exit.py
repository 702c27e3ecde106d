import json
from itertools import pairwise

import pytest

from plimsoll.runtime.runner import events

TRANSIENT = "lastRetry.status == 'Error' || asInt(lastRetry.exitCode) == 75"


def task(name, template=None, **more):
    return {"name": name, "template": template or name, **more}


def dag(*tasks, name="main"):
    return {"name": name, "dag": {"tasks": list(tasks)}}


def flaky(shell, fails, code, **strategy):
    """A step that exits with a code on its first attempts."""
    script = f"if test {{{{retries}}}} -lt {fails}; then exit {code}; fi"
    return shell("main", script, retryStrategy=strategy)


@pytest.mark.parametrize(
    ("fails", "code", "strategy", "attempts", "status"),
    [
        (1, 75, {"limit": "2", "expression": TRANSIENT}, 2, "Succeeded"),
        (9, 75, {"limit": 2, "expression": TRANSIENT}, 3, "Failed"),
        (1, 10, {"limit": 2, "expression": TRANSIENT}, 1, "Failed"),
        (1, 10, {"limit": 2}, 2, "Succeeded"),
        (1, 10, {"limit": 2, "retryPolicy": "OnError"}, 1, "Failed"),
        (1, 10, {"limit": 2, "retryPolicy": "OnError", "expression": "true"}, 1, "Failed"),
        (2, 10, {"expression": "asInt(retries) < 1 and lastRetry.message matches 'code 1.'"}, 2, "Failed"),
        (1, 10, {"limit": 2, "expression": "lastRetry.exitCode in ['10', '75'] && !(retries == '7')"}, 2, "Succeeded"),
    ],
)
def test_retries(bench, shell, fails, code, strategy, attempts, status):
    record = bench.launch([flaky(shell, fails, code, **strategy)])
    assert (record.status, len(record.nodes["main"].attempts)) == (status, attempts)


def test_backoff_grows_up_to_its_cap(bench, shell):
    backoff = {"duration": "100ms", "factor": "2", "cap": "0.3"}
    record = bench.launch([flaky(shell, 3, 75, limit=5, backoff=backoff)])
    waits = [event.wait for event in bench.events if isinstance(event, events.StepRetried)]
    assert waits == pytest.approx([0.1, 0.2, 0.3])
    attempts = record.nodes["main"].attempts
    gaps = [(b.started - a.finished).total_seconds() for a, b in pairwise(attempts)]
    assert all(gap >= wait for gap, wait in zip(gaps, waits, strict=True))


def test_backoff_ends_at_its_longest_duration(bench, shell):
    backoff = {"duration": "1h", "maxDuration": "1m"}
    record = bench.launch([flaky(shell, 9, 75, limit=5, backoff=backoff)])
    assert len(record.nodes["main"].attempts) == 1
    assert "1m" in record.message


def test_a_missing_output_is_an_error_and_retried_as_one(bench, shell):
    out = {"outputs": {"artifacts": [{"name": "a", "path": "/plimsoll/out/f"}]}}
    strategy = {"retryStrategy": {"limit": 2, "expression": TRANSIENT}}
    record = bench.launch([shell("main", "test {{retries}} -eq 0 || touch out/f", **out, **strategy)])
    assert [a.status for a in record.nodes["main"].attempts] == ["Error", "Succeeded"]


def test_template_defaults_apply_where_a_template_says_nothing(bench, shell):
    defaults = {
        "retryStrategy": {"limit": "1"},
        "container": {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]},
    }
    own = {"container": {"env": [{"name": "B", "value": "2"}]}}
    step = shell("step", 'test "$A$B" = 12 && test {{retries}} = 1', **own)
    never = shell("never", "exit 1", retryStrategy={"limit": 0})
    record = bench.launch(
        [dag(task("step"), task("never", depends="step.Succeeded")), step, never], templateDefaults=defaults
    )
    assert [len(record.nodes[n].attempts) for n in ("step", "never")] == [2, 1]


@pytest.mark.parametrize(("code", "status", "phase"), [(0, "Succeeded", None), (3, "Failed", "Failed")])
@pytest.mark.parametrize("how", ["hooks", "onExit"])
def test_the_exit_handler_runs_with_the_status_and_the_failures(bench, shell, code, status, phase, how):
    source = "import json, sys; print(json.dumps(sys.argv[1:]))"
    command = ["python", "-c", source, "{{workflow.status}}", "{{workflow.failures}}"]
    spec = {"hooks": {"exit": {"template": "bye"}}} if how == "hooks" else {"onExit": "bye"}
    templates = [dag(task("a")), shell("a", f"exit {code}"), {"name": "bye", "container": {"command": command}}]
    record = bench.launch(templates, **spec)
    assert record.status == status
    log = bench.folder(record) / "workflow.onExit" / "0" / "log.txt"
    seen, failures = json.loads(log.read_text())
    assert seen == status
    listed = json.loads(json.loads(failures))
    assert (listed[0]["displayName"], listed[0]["phase"]) == ("a", phase) if phase else listed is None


def test_an_exit_handler_may_be_a_dag_with_conditions(bench, shell):
    bye = dag(
        task("bad", "note", when="{{workflow.status}} != Succeeded"),
        task("good", "note", when="{{workflow.status}} == Succeeded"),
        name="bye",
    )
    record = bench.launch([dag(task("a")), shell("a", "exit 1"), bye, shell("note", "true")], onExit="bye")
    assert {name: node.status for name, node in record.nodes.items()} == {
        "a": "Failed", "workflow.onExit": "Succeeded", "workflow.onExit/bad": "Succeeded",
        "workflow.onExit/good": "Skipped",
    }  # fmt: skip
    assert record.status == "Failed"


def test_an_exit_handler_takes_arguments_and_its_failure_fails_the_workflow(bench, shell):
    bye = shell("bye", "test {{inputs.parameters.s}} = Failed", inputs={"parameters": [{"name": "s"}]})
    hook = {"exit": {"template": "bye", "arguments": {"parameters": [{"name": "s", "value": "{{workflow.status}}"}]}}}
    assert bench.launch([shell("main", "true"), bye], hooks=hook).status == "Failed"


def test_events_tell_the_whole_story_in_order(bench, shell):
    bench.launch([flaky(shell, 1, 75, limit=1)])
    kinds = [type(event) for event in bench.events]
    assert kinds == [
        events.RunStarted, events.StepStarted, events.StepRetried, events.StepStarted, events.StepFinished,
        events.RunFinished,
    ]  # fmt: skip
