"""CloudEvents against a real HTTP server: what is sent, what is tried again, and what a failure leaves."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.contract.places import State
from plimsoll.contract.requests import EventRules
from plimsoll.runtime.events import sending
from plimsoll.runtime.events.cloudevent import CloudEvent, Told, cloud_event
from plimsoll.runtime.events.sending import TRIES, send
from plimsoll.runtime.events.tell import Record, tell

DIGEST = "sha256:" + "1" * 64
TOLD = Told(environment="local", model="churn", version=3, digest=DIGEST, workflow="churn-train-abc")
NOON = datetime(2026, 3, 1, 12, 0, 0, 987_654, tzinfo=UTC)


@dataclass
class Sink:
    """A server on loopback that answers with the codes it is given, then with 200."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
            code = made.answers.pop(0) if made.answers else 200
            self.send_response(code)
            if 300 <= code < 400:
                self.send_header("Location", f"{made.address}elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def event() -> CloudEvent:
    return cloud_event("dev.plimsoll.registered", TOLD, of=DIGEST, now=NOON)


def test_an_event_is_what_cloudevents_says_it_is(sink: Sink) -> None:
    assert send(event(), sink.address).tries == 1
    ((headers, body),) = sink.got
    assert headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
    assert json.loads(body) == {
        "specversion": "1.0",
        "type": "dev.plimsoll.registered",
        "source": "/plimsoll/local/models/churn",
        "id": event().id,
        "subject": "churn/3",
        "time": "2026-03-01T12:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "environment": "local",
            "model": "churn",
            "version": 3,
            "digest": DIGEST,
            "workflow": "churn-train-abc",
        },
    }


@given(of=st.text(max_size=20), other=st.text(max_size=20))
def test_an_id_depends_on_what_happened_and_on_nothing_else(of: str, other: str) -> None:
    first = cloud_event("dev.plimsoll.failed", TOLD, of=of)
    again = cloud_event("dev.plimsoll.failed", TOLD, of=of, now=NOON)
    assert first.id == again.id
    assert (cloud_event("dev.plimsoll.failed", TOLD, of=other).id == first.id) == (of == other)
    assert cloud_event("dev.plimsoll.trained", TOLD, of=of).id != first.id


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_what_may_pass_is_tried_again_with_pauses(sink: Sink, code: int) -> None:
    sink.answers = [code, code]
    pauses: list[float] = []
    sent = send(event(), sink.address, pause=pauses.append)
    assert (sent.arrived, sent.tries, len(sink.got), pauses) == (True, 3, 3, [0.5, 2.0])
    assert len({body for _, body in sink.got}) == 1


@pytest.mark.parametrize("code", [301, 302, 307, 400, 401, 413])
def test_what_will_not_pass_is_not_tried_again_and_never_follows_elsewhere(sink: Sink, code: int) -> None:
    sink.answers = [code]
    sent = send(event(), sink.address, pause=lambda _: None)
    assert (sent.arrived, sent.tries, len(sink.got)) == (False, 1, 1)
    assert sent.problem == f"the sink answered {code}"


def test_a_sink_that_is_down_is_given_up_after_so_many_tries() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    sent = send(event(), f"http://user:secret@127.0.0.1:{port}/", pause=lambda _: None)
    assert (sent.arrived, sent.tries) == (False, TRIES)
    assert "secret" not in sent.problem


def test_a_sink_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sent = send(event(), f"http://127.0.0.1:{silent.getsockname()[1]}/", pause=lambda _: None)
    assert (sent.arrived, sent.tries) == (False, TRIES)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/", "127.0.0.1", "http://[oops/"])
def test_what_is_no_web_address_is_never_opened(address: str) -> None:
    try:
        sent = send(event(), address, pause=lambda _: None)
    except ValueError:
        pytest.fail("a sink never raises")
    assert not sent.arrived


def test_an_event_without_a_sink_is_recorded(tmp_path: Path) -> None:
    record = tell(State(tmp_path), event(), None)
    assert not record.sent
    assert not record.problem
    (file,) = (tmp_path / "events").iterdir()
    assert Record.model_validate_json(file.read_bytes()) == record


def test_what_arrived_is_not_sent_twice_and_what_did_not_is_sent_anew(tmp_path: Path, sink: Sink) -> None:
    rules, state = EventRules(sink=sink.address), State(tmp_path)
    sink.answers = [400]
    assert not tell(state, event(), rules).sent
    assert tell(state, event(), rules).sent
    assert tell(state, event(), rules).sent
    assert len(sink.got) == 2
