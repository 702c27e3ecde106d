"""Trainings and promotions that tell a real server of what they did; and a batch in parts, which is the batch."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyarrow.parquet as pq
import pytest

from plimsoll.runtime.events.tell import Record

pytestmark = pytest.mark.e2e

NIGHTLY = """apiVersion: plimsoll.dev/v1
kind: Deployment
metadata: {name: parcels-nightly, owner: dispatch@example.org, description: "Scores ten days of parcels."}
spec:
  model: parcels
  batch:
    schedule: {cron: "0 3 * * *", timezone: Asia/Dubai}
    window: 10d
  resources: {cpu: "1", memory: 2Gi}
  timeout: 30m
  alerting: {contact: on-call@example.org}
  environments: {local: {}}
"""
NIGHTLY_FILE = "specs/deployments/parcels-nightly.yaml"


@pytest.fixture
def sink() -> Iterator[tuple[str, list[dict]]]:
    got: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    thread.join()
    server.server_close()


def release(project) -> None:
    project.plimsoll("compile")
    project.plimsoll("sign", "release/local")


def predictions(project):
    """What the last scoring left; in parts, the step that joins them did."""
    record = project.run_of("parcels-nightly-score")[-1]
    (kept,) = (node.artifacts["predictions"] for node in record.nodes.values() if "predictions" in node.artifacts)
    folder = project.root / ".plimsoll/runner/runs" / record.name / kept.path
    return record, pq.read_table(folder / "predictions.parquet")


def test_a_life_is_told_and_a_batch_in_parts_is_the_batch(project, sink) -> None:
    address, got = sink
    environment = project.root / "specs/environments/local.yaml"
    environment.write_text(environment.read_text() + f'  platform: {{events: {{sink: "{address}"}}}}\n')
    (project.root / NIGHTLY_FILE).write_text(NIGHTLY)
    project.commit("Score at night, and tell of it")
    release(project)

    project.plimsoll("run", "parcels-train", "--release", "release/local", "-p", "as-of=2026-05-25")
    assert [one["type"] for one in got] == ["dev.plimsoll.trained", "dev.plimsoll.registered"]
    trained, registered = (one["data"] for one in got)
    assert trained["digest"] == registered["digest"]
    assert registered["version"] == 1
    assert trained["metrics"]["auc"] > 0.5

    project.plimsoll("promote", "--deployment", "parcels-nightly", "--environment", "local")
    told = got[-1]
    assert (told["type"], told["subject"]) == ("dev.plimsoll.promoted", "parcels-nightly")
    assert told["data"]["digest"] == trained["digest"]
    assert told["data"]["commit"] == project.git("rev-parse", "HEAD").strip()
    assert told["data"]["contact"] == "on-call@example.org"

    scoring = ("run", "parcels-nightly-score", "--release", "release/local", "-p", "as-of=2026-05-25")
    release(project)
    said = project.plimsoll(*scoring).err
    run, whole = predictions(project)
    assert said.splitlines()[-1] == f"  predictions: .plimsoll/runner/runs/{run.name}/score/artifacts/predictions"
    assert whole.num_rows > 100
    scored = got[-1]
    assert (scored["type"], scored["subject"]) == ("dev.plimsoll.scored", "parcels-nightly")
    assert (scored["data"]["since"], scored["data"]["until"]) == ("2026-05-15", "2026-05-25")
    assert (scored["data"]["rows"], scored["data"]["workflow"]) == (whole.num_rows, run.name)
    left = run.nodes["score"].artifacts["predictions"].files
    assert left == {"predictions.parquet": scored["data"]["artifact_digest"]}
    partitions = "partitions: {by: depot, parallelism: 2}"
    project.edit(NIGHTLY_FILE, ("    window: 10d", f"    window: 10d\n    {partitions}"))
    project.commit("Score in parts")
    release(project)
    project.plimsoll(*scoring)
    record, gathered = predictions(project)
    assert gathered.equals(whole)
    assert got[-1]["data"] == {**scored["data"], "workflow": record.name}
    parts = [node for name, node in record.nodes.items() if name.startswith("score/score.")]
    assert [node.status for node in parts] == ["Succeeded"] * 3
    assert not list((project.state.root / "batches").rglob("*.parquet"))
    log = pq.read_table(project.state.predictions("parcels-nightly"))
    assert log.num_rows == 2 * whole.num_rows

    told_before = len(got)
    project.plimsoll("run", "parcels-train", "--release", "release/local", "-p", "as-of=1999-01-01", expect=1)
    (failed,) = got[told_before:]
    assert (failed["type"], failed["data"]["status"]) == ("dev.plimsoll.failed", "Failed")
    assert failed["data"]["contact"] == "data-science@example.org"
    assert len({one["id"] for one in got}) == len(got)

    environment.write_text(environment.read_text().replace(address, "http://127.0.0.1:1/"))
    project.commit("Tell nobody")
    release(project)
    project.plimsoll("run", "parcels-train", "--release", "release/local", "-p", "as-of=1999-01-01", expect=1)
    assert project.run_of("parcels-train")[-1].nodes["workflow.onExit/notify"].status == "Succeeded"
    found = [Record.model_validate_json(file.read_bytes()) for file in (project.state.root / "events").iterdir()]
    (unsent,) = (one for one in found if not one.sent)
    assert (unsent.event.type, unsent.tries) == ("dev.plimsoll.failed", 3)
    assert "not reached" in unsent.problem
