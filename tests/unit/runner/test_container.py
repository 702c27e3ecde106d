import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import events, read_record
from plimsoll.runtime.runner.process import run_program
from plimsoll.runtime.runner.program import Program


def task(name, template=None, **more):
    return {"name": name, "template": template or name, **more}


def dag(*tasks, **more):
    return {"name": "main", "dag": {"tasks": list(tasks), **more}}


def python(name, source, **more):
    return {"name": name, "container": {"command": ["python", "-c", source], **more.pop("container", {})}, **more}


def is_gone(pid):
    """Whether a process has ended, be it that its new parent hasn't asked for it yet (a zombie)."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
        if not state or state.startswith("Z"):
            return True
        time.sleep(0.02)
    return False


def read(bench, record, node="main", attempt=0):
    return (bench.folder(record) / node / str(attempt) / "log.txt").read_text()


def produce_and_consume(shell, produce, consume, path="f"):
    made = {"outputs": {"artifacts": [{"name": "a", "path": f"/plimsoll/out/{path}"}]}}
    taken = {"inputs": {"artifacts": [{"name": "a", "path": f"/plimsoll/in/{path}"}]}}
    arguments = {"artifacts": [{"name": "a", "from": "{{tasks.make.outputs.artifacts.a}}"}]}
    tasks = [task("make"), task("use", dependencies=["make"], arguments=arguments)]
    return [dag(*tasks), shell("make", produce, **made), shell("use", consume, **taken)]


def test_a_file_is_passed_on_with_its_digest(bench, shell):
    record = bench.launch(produce_and_consume(shell, "printf hello > out/f", 'test "$(cat in/f)" = hello'))
    assert record.status == "Succeeded", record
    kept = record.nodes["make"].artifacts["a"]
    assert (kept.kind, kept.bytes, kept.digest) == ("file", 5, digests.of_bytes(b"hello"))
    assert (bench.folder(record) / kept.path).read_bytes() == b"hello"


def test_a_folder_is_passed_on_with_its_digest(bench, shell):
    produce = "mkdir -p out/d/sub && printf 1 > out/d/a && printf 22 > out/d/sub/b"
    record = bench.launch(produce_and_consume(shell, produce, 'test "$(cat in/d/a in/d/sub/b)" = 122', "d"))
    assert record.status == "Succeeded", record
    kept = record.nodes["make"].artifacts["a"]
    assert (kept.kind, kept.bytes, sorted(kept.files)) == ("folder", 3, ["a", "sub/b"])
    assert kept.digest == digests.of_folder(bench.folder(record) / kept.path)


def test_an_input_is_the_task_s_own_copy(bench, shell):
    """A program that writes to its input in place (root may, though it is read-only) leaves the artifact as it was."""
    arguments = {"artifacts": [{"name": "a", "from": "{{tasks.make.outputs.artifacts.a}}"}]}
    templates = produce_and_consume(shell, "printf hello > out/f", "chmod u+w in/f; printf x > in/f")
    templates[0]["dag"]["tasks"].append(task("again", "check", dependencies=["use"], arguments=arguments))
    check = {**templates[2], "name": "check", "container": {"command": ["sh", "-c", 'test "$(cat in/f)" = hello']}}
    assert bench.launch([*templates, check]).status == "Succeeded"


@pytest.mark.parametrize(
    ("damage", "file"),
    [
        ("f=$(dirname $PWD)/../../make/artifacts/a/x; chmod u+w $f; printf J > $f", "make/artifacts/a/x"),
        ("rm $(dirname $PWD)/../../make/artifacts/a/x", "make/artifacts/a/x"),
        ("touch $(dirname $PWD)/../../make/artifacts/a/extra", "make/artifacts/a/extra"),
        ("ln -s /etc/hostname $(dirname $PWD)/../../make/artifacts/a/l", "make/artifacts/a/l"),
    ],
)
def test_a_tampered_artifact_is_refused_by_name(bench, shell, damage, file):
    templates = produce_and_consume(shell, "mkdir out/d; printf H > out/d/x; printf H > out/d/y", "true", "d")
    templates[0]["dag"]["tasks"][1]["dependencies"] = ["damage"]
    templates[0]["dag"]["tasks"].append(task("damage", dependencies=["make"]))
    templates[2]["retryStrategy"] = {"limit": "2", "retryPolicy": "Always"}
    workflow = bench.load([*templates, shell("damage", damage)])
    with pytest.raises(Refused) as refused:
        bench.run(workflow)
    assert refused.value.where == file
    assert "input a of use" in refused.value.what
    (folder,) = (bench.base / "runs").iterdir()
    record = read_record(folder)
    assert record.status == record.nodes["use"].status == "Error"
    assert len(record.nodes["use"].attempts) == 1


def test_what_lies_on_a_volume_is_copied_and_stays_there(bench, shell):
    made = {"outputs": {"artifacts": [{"name": "a", "path": "/plimsoll/state/f"}]}}
    mounted = {"container": {"volumeMounts": [{"name": "s", "mountPath": "/plimsoll/state"}]}}
    volumes = [{"name": "s", "persistentVolumeClaim": {"claimName": "plimsoll-state"}}]
    record = bench.launch([shell("main", "printf 1 > state/f", **made, **mounted)], volumes=volumes)
    (bench.mounts.state / "f").write_text("2")
    assert (bench.folder(record) / record.nodes["main"].artifacts["a"].path).read_text() == "1"


@pytest.mark.parametrize(("optional", "status"), [(False, "Error"), (True, "Succeeded")])
def test_an_artifact_that_is_not_left_is_an_error_unless_optional(bench, shell, optional, status):
    made = {"outputs": {"artifacts": [{"name": "a", "path": "/plimsoll/out/f", "optional": optional}]}}
    record = bench.launch([shell("main", "true", **made)])
    assert record.status == status
    assert ("nothing at /plimsoll/out/f" in record.message) == (not optional)


def test_a_link_in_an_artifact_is_an_error(bench, shell):
    made = {"outputs": {"artifacts": [{"name": "a", "path": "/plimsoll/out/d"}]}}
    record = bench.launch([shell("main", "mkdir out/d; ln -s /etc/hostname out/d/l", **made)])
    assert record.status == "Error"
    assert "symbolic link" in record.message


def test_a_failed_step_leaves_what_it_made_to_those_that_handle_the_failure(bench, shell):
    templates = produce_and_consume(shell, "printf report > out/f; exit 10", 'test "$(cat in/f)" = report')
    use = templates[0]["dag"]["tasks"][1]
    templates[0]["dag"]["tasks"][1] = {k: v for k, v in use.items() if k != "dependencies"} | {"depends": "make.Failed"}
    assert bench.launch(templates).status == "Succeeded"


def test_output_parameters_have_defaults_and_lose_one_newline(bench, shell):
    source = {"path": "/plimsoll/out/q", "default": "none"}
    outputs = [{"name": "p", "valueFrom": {"path": "/plimsoll/out/p"}}, {"name": "q", "valueFrom": source}]
    record = bench.launch([shell("main", "printf 'v\\n\\n' > out/p", outputs={"parameters": outputs})])
    assert record.nodes["main"].parameters == {"p": "v\n", "q": "none"}


def test_a_skipped_task_s_output_is_its_default_or_an_error_of_who_uses_it(bench, shell):
    def launch(**source):
        out = {"outputs": {"parameters": [{"name": "p", "valueFrom": {"path": "/plimsoll/out/p", **source}}]}}
        taken = {"inputs": {"parameters": [{"name": "p"}]}}
        argument = {"parameters": [{"name": "p", "value": "{{tasks.a.outputs.parameters.p}}"}]}
        tasks = [task("a", when="false"), task("b", dependencies=["a"], arguments=argument)]
        return bench.launch([dag(*tasks), shell("a", "true", **out), shell("b", "true", **taken)])

    assert launch(default="d").nodes["b"].inputs == {"p": "d"}
    assert launch().nodes["b"].status == "Error"


def test_a_value_with_braces_is_not_substituted_again(bench, shell):
    taken = {"inputs": {"parameters": [{"name": "x"}]}}
    call = {"parameters": [{"name": "x", "value": "{{workflow.parameters.x}}"}]}
    show = {"name": "show", **taken, "container": {"command": ["printf", "%s", "{{inputs.parameters.x}}"]}}
    spec = {"arguments": {"parameters": [{"name": "x"}]}}
    templates = [dag(task("show", arguments=call)), show]
    record = bench.launch(templates, {"x": "{{workflow.name}} {{inputs.parameters.x}}"}, **spec)
    assert read(bench, record, "show") == "{{workflow.name}} {{inputs.parameters.x}}"


def test_workflow_variables(bench, shell):
    names = ("name", "uid", "namespace", "creationTimestamp.RFC3339", "creationTimestamp.Y", "parameters.p", "labels.l")
    show = {"name": "main", "container": {"command": ["echo", *(f"{{{{workflow.{name}}}}}" for name in names)]}}
    metadata = {"workflowMetadata": {"labels": {"l": "lab"}}}
    record = bench.launch([show], {"p": "1"}, arguments={"parameters": [{"name": "p"}]}, **metadata)
    moment = record.started.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert read(bench, record).split() == [record.name, record.uid, "embedded", moment, moment[:4], "1", "lab"]


def test_the_environment_is_explicit_and_paths_point_into_the_sandbox(bench, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    source = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv[1:], os.getcwd(), sys.executable]))"
    env = [
        {"name": "DB", "value": "sqlite:////plimsoll/state/x.db"},
        {"name": "COPY", "value": "$(DB)?a=/plimsoll/in"},
        {"name": "OTHER", "value": "/plimsolls/x https://plimsoll/y /mnt/plimsoll"},
    ]
    container = {
        "args": ["--out=/plimsoll/out/f", "$(DB)", "$$(DB) $(NONE)"],
        "env": env,
        "workingDir": "/plimsoll/code",
        "resources": {"limits": {"cpu": "1500m"}},
    }
    record = bench.launch([python("main", source, container=container)])
    environment, arguments, folder, executable = json.loads(read(bench, record))
    root = str(bench.folder(record) / "main" / "0" / "root")
    assert environment["DB"] == f"sqlite:///{root}/state/x.db"
    assert environment["COPY"] == f"{environment['DB']}?a={root}/in"
    assert environment["OTHER"] == env[2]["value"]
    assert arguments == [f"--out={root}/out/f", environment["DB"], "$(DB) $(NONE)"]
    assert (folder, environment["PLIMSOLL_ROOT"]) == (f"{root}/code", root)
    assert (environment["TZ"], environment["LANG"], environment["OMP_NUM_THREADS"]) == ("UTC", "C.UTF-8", "2")
    assert os.path.realpath(executable) == os.path.realpath(sys.executable)
    assert set(environment) == {
        "PATH", "HOME", "LANG", "TZ", "PLIMSOLL_ROOT", "ARGO_PROGRESS_FILE", "OMP_NUM_THREADS",
        "OMP_WAIT_POLICY", "DB", "COPY", "OTHER",
    } | (set(environment) & {"LC_CTYPE"})  # fmt: skip


def test_volumes(bench, shell):
    bench.write("request.yaml", {
        "kind": "ConfigMap", "metadata": {"name": "c"}, "immutable": True,
        "data": {"request.json": "{}", "train.py": "pass"}, "binaryData": {"b.bin": "AAE="},
    })  # fmt: skip
    volumes = [
        {"name": "all", "configMap": {"name": "c"}},
        {"name": "one", "configMap": {"name": "c", "items": [{"key": "train.py", "path": "sub/t.py"}]}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "plimsoll-data"}},
        {"name": "trust", "secret": {"secretName": "plimsoll-trust"}},
        {"name": "scratch", "emptyDir": {}},
    ]
    mounts = [
        {"name": "all", "mountPath": "/plimsoll/request", "readOnly": True},
        {"name": "one", "mountPath": "/plimsoll/code"},
        {"name": "all", "mountPath": "/plimsoll/single.json", "subPath": "request.json"},
        {"name": "data", "mountPath": "/plimsoll/data", "subPath": "eu"},
        {"name": "trust", "mountPath": "/plimsoll/trust"},
        {"name": "scratch", "mountPath": "/plimsoll/in"},
        {"name": "scratch", "mountPath": "/plimsoll/again"},
        {"name": "scratch", "mountPath": "/tmp"},
    ]
    (bench.mounts.trust / "root.json").write_text("trusted")
    script = (
        "cat request/request.json code/sub/t.py single.json trust/root.json; stat -c %a request/train.py;"
        "wc -c < request/b.bin; echo 1 > data/new; echo 2 > in/x; cat again/x"
    )
    record = bench.launch([shell("main", script, container={"volumeMounts": mounts})], volumes=volumes)
    assert record.status == "Succeeded", record
    assert read(bench, record) == "{}pass{}trusted444\n2\n2\n"
    assert (bench.mounts.data / "eu" / "new").read_text() == "1\n"


def test_of_a_secret_a_volume_has_the_keys_that_it_asks_for(bench, shell):
    volumes = [{
        "name": "trust",
        "secret": {"secretName": "plimsoll-trust", "items": [{"key": "root.json", "path": "public/root.json"}]},
    }]  # fmt: skip
    mounted = {"volumeMounts": [{"name": "trust", "mountPath": "/plimsoll/trust", "readOnly": True}]}
    for file in ("root.json", "key.pem"):
        (bench.mounts.trust / file).write_text(file)
    script = "find -L trust -type f; cat trust/public/root.json"
    record = bench.launch([shell("main", script, container=mounted)], volumes=volumes)
    assert read(bench, record) == "trust/public/root.json\nroot.json"
    (bench.mounts.trust / "root.json").unlink()
    with pytest.raises(Refused, match=r"there is no such file\n.*root\.json"):
        bench.launch([shell("main", script, container=mounted)], volumes=volumes)


def test_progress_is_passed_on(bench, shell):
    script = "for i in 1 2 3; do echo $i/3 >> $ARGO_PROGRESS_FILE; sleep 0.3; done"
    bench.launch([shell("main", script)])
    seen = [(e.done, e.total) for e in bench.events if isinstance(e, events.StepProgress)]
    assert seen[-1] == (3, 3)
    assert seen == sorted(set(seen))
    assert len(seen) >= 2


def test_a_failure_shows_the_exit_code_and_the_tail_of_the_log(bench, shell):
    record = bench.launch([shell("main", "seq 1000; echo 'the gate: auc 0.6 < 0.8' >&2; exit 10")])
    node = record.nodes["main"]
    assert (record.status, node.exit_code) == ("Failed", 10)
    lines = node.message.splitlines()
    assert (lines[0], lines[-2:]) == ("exit code 10", ["1000", "the gate: auc 0.6 < 0.8"])
    assert len(lines) == 21


def test_a_program_that_is_not_there_fails_without_a_retry(bench):
    strategy = {"limit": "3", "expression": "lastRetry.status == 'Error'"}
    record = bench.launch([{"name": "main", "container": {"command": ["no-such-program"]}, "retryStrategy": strategy}])
    assert (record.status, record.nodes["main"].exit_code) == ("Failed", 127)
    assert "no-such-program" in record.message
    assert len(record.nodes["main"].attempts) == 1


@pytest.mark.parametrize("whole", [False, True])
def test_a_deadline_kills_the_program_and_its_children(bench, shell, whole):
    limit = {"activeDeadlineSeconds": 1}
    main = shell("main", "sleep 60 & echo $! > $HOME/pid; sleep 60", **({} if whole else limit))
    began = time.monotonic()
    record = bench.launch([main], **(limit if whole else {}))
    assert 0.9 < time.monotonic() - began < 5
    assert record.status == "Failed"
    assert "deadline" in record.message
    child = int((bench.folder(record) / "main" / "0" / "home" / "pid").read_text())
    assert is_gone(child)


def test_after_the_workflow_s_deadline_nothing_starts_and_the_exit_handler_runs(bench, shell):
    tasks = [task("slow"), task("next", "quick", depends="slow.Failed")]
    templates = [dag(*tasks), shell("slow", "sleep 60"), shell("quick", "true")]
    record = bench.launch(templates, activeDeadlineSeconds=1, hooks={"exit": {"template": "quick"}})
    assert {n: node.status for n, node in record.nodes.items()} == {
        "slow": "Failed", "next": "Failed", "workflow.onExit": "Succeeded",
    }  # fmt: skip


def test_a_program_that_is_cancelled_while_it_starts_leaves_nothing_running(tmp_path):
    """The child writes its own process id before the engine has even heard that it started."""
    script = f"sleep 60 & echo $! > {tmp_path}/pid; exec sleep 60"
    program = Program(("sh", "-c", script), {"PATH": os.environ["PATH"]}, tmp_path)

    async def cancelled():
        running = asyncio.ensure_future(run_program(program, tmp_path / "log", tmp_path / "progress", None, print))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(cancelled())
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_what_a_program_leaves_running_is_killed(bench, shell):
    record = bench.launch([shell("main", "sleep 60 & echo $! > $HOME/pid")])
    child = int((bench.folder(record) / "main" / "0" / "home" / "pid").read_text())
    assert record.status == "Succeeded"
    assert is_gone(child)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_kills_the_programs_and_is_recorded(bench, shell, number):
    bench.load([shell("main", "sleep 60 & echo $! > $HOME/pid; sleep 60"), shell("after", "true")], onExit="after")
    script = (
        "import sys; from pathlib import Path; from plimsoll.runtime.runner import *\n"
        "base = Path(sys.argv[1])\n"
        "run(load_workflow(base / 'release', 'w'), parameters={}, workdir=base, listener=lambda e: None,\n"
        "    mounts=Mounts(base, base, base))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(bench.base)], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 10
    while not (pids := [p for p in bench.base.glob("runs/*/main/0/home/pid") if p.read_text()]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=10)
    assert process.returncode != 0, stderr
    (folder,) = (bench.base / "runs").iterdir()
    record = read_record(folder)
    assert (record.status, record.message) == ("Error", "interrupted")
    assert record.nodes["main"].attempts[0].status == "Error"
    assert "workflow.onExit" not in record.nodes
    assert is_gone(int(pids[0].read_text()))
    assert b"KeyboardInterrupt" in stderr


def test_a_run_folder_that_can_t_be_written_is_an_environment_error_with_its_path(bench, shell):
    workflow = bench.load([shell("main", "true")])
    (bench.base / "runs").write_text("a file is in the way")
    with pytest.raises(OSError, match="runs"):
        bench.run(workflow)


def test_a_record_that_can_t_be_written_in_mid_run_ends_the_run_and_names_the_file(bench, shell):
    """A folder with something in it takes the record's place, so that nobody, root included, can replace it."""
    script = "cd ../../..; rm -f run.json; mkdir -p run.json/x; sleep 0.2"
    workflow = bench.load([dag(task("a"), task("b", dependencies=["a"])), shell("a", script), shell("b", "true")])
    with pytest.raises(OSError, match=r"run\.json"):
        bench.run(workflow)
    (folder,) = (bench.base / "runs").iterdir()
    assert not list(folder.glob(".*partial"))


def test_the_record_is_what_is_returned_and_names_no_absolute_path(bench, shell):
    record = bench.launch(produce_and_consume(shell, "printf hello > out/f", "true"))
    assert read_record(bench.folder(record)) == record
    assert str(bench.base) not in (bench.folder(record) / "run.json").read_text()


def test_the_engine_costs_less_than_50_ms_a_step(bench, shell):
    tasks = [task(f"t{n}", "step", dependencies=[f"t{n - 1}"] if n else []) for n in range(20)]
    workflow = bench.load([dag(*tasks), {"name": "step", "container": {"command": ["true"]}}])
    began = time.monotonic()
    record = bench.run(workflow)
    assert record.status == "Succeeded"
    assert (time.monotonic() - began) / len(tasks) < 0.05
