"""The server outlives faults, hostile texts and its editor's manners, and keeps the wire to the protocol."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

MODEL = "specs/models/parcels.yaml"
LSP = (sys.executable, "-m", "plimsoll.cli.main", "lsp")


def message(**body: Any) -> bytes:
    data = json.dumps({"jsonrpc": "2.0", **body}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def messages(data: bytes) -> list[dict[str, Any]]:
    """Everything on the wire, which must be messages from the first byte to the last."""
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        length = next(int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: "))
        found.append(json.loads(rest[:length]))
        data = rest[length:]
    return found


def serve(data: bytes) -> tuple[int, list[dict[str, Any]], str]:
    """What a server answers to bytes: its exit code, what it put on the wire, and what it told people."""
    ended = subprocess.run(LSP, input=data, capture_output=True, check=False, timeout=60)
    return ended.returncode, messages(ended.stdout), ended.stderr.decode()


BEGIN = message(id=1, method="initialize", params={"processId": None, "rootUri": None, "capabilities": {}})


LONELY = "# plimsoll.dev/v1\nkind: Model\n"


@pytest.mark.parametrize("data", [BEGIN + message(method="exit"), BEGIN])
def test_an_editor_that_leaves_without_a_word_is_told_by_the_exit_code(data: bytes) -> None:
    assert serve(data)[0] == 1


def test_what_is_no_message_does_not_end_the_server() -> None:
    nonsense = b"Content-Length: 4\r\n\r\n{{{{" + b"Content-Length: 99999\r\n\r\n" + b"[" * 99999
    goodbye = message(id=2, method="shutdown") + message(method="exit")
    code, answers, _ = serve(BEGIN + nonsense + goodbye)
    assert code == 0
    assert answers[-1]["id"] == 2


def test_an_unknown_request_is_answered_and_an_impossible_one_is_an_error_of_its_own() -> None:
    wrong = message(id=5, method="plimsoll/nothing", params={})
    strange = message(id=6, method="textDocument/hover", params={"textDocument": {"uri": "file:///nowhere.yaml"}})
    goodbye = message(id=7, method="shutdown") + message(method="exit")
    code, answers, _ = serve(BEGIN + wrong + strange + goodbye)
    assert code == 0, "it was asked to stop before it was ended"
    by_id = {one.get("id"): one for one in answers}
    assert "error" in by_id[5]
    assert "result" in by_id[7]


def test_what_prints_does_not_get_between_the_messages() -> None:
    """A rule's library, or ours by mistake, may print: it goes to people."""
    program = (
        "import sys\n"
        "from plimsoll.cli.lsp import server\n"
        "known = server.hover\n"
        "def loud(spot):\n    print('a word', flush=True); return known(spot)\n"
        "server.hover = loud\n"
        "from plimsoll.cli.main import main\n"
        "sys.exit(main(['lsp']))\n"
    )
    document = {
        "uri": "file:///tmp/a.yaml",
        "languageId": "yaml",
        "version": 1,
        "text": "# plimsoll.dev/v1\nkind: Model\n",
    }
    data = (
        BEGIN
        + message(method="textDocument/didOpen", params={"textDocument": document})
        + message(
            id=2,
            method="textDocument/hover",
            params={"textDocument": {"uri": document["uri"]}, "position": {"line": 1, "character": 7}},
        )
    )
    with subprocess.Popen(
        (sys.executable, "-c", program), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stderr is not None
        assert running.stdout is not None
        running.stdin.write(data)
        running.stdin.flush()
        assert running.stderr.readline() == b"a word\n"
        running.stdin.write(message(id=3, method="shutdown") + message(method="exit"))
        running.stdin.flush()
        answers = messages(running.stdout.read())
    assert {2, 3} <= {one.get("id") for one in answers}
    assert running.returncode == 0


def test_a_crash_in_a_handler_is_that_requests_and_nobody_elses() -> None:
    program = (
        "import sys\n"
        "from plimsoll.cli.lsp import server\n"
        "def broken(spot):\n    raise RuntimeError('a bug')\n"
        "server.hover = broken\n"
        "from plimsoll.cli.main import main\n"
        "sys.exit(main(['lsp']))\n"
    )
    document = {
        "uri": "file:///tmp/a.yaml",
        "languageId": "yaml",
        "version": 1,
        "text": "# plimsoll.dev/v1\nkind: Model\n",
    }
    where = {"textDocument": {"uri": document["uri"]}, "position": {"line": 1, "character": 7}}
    data = (
        BEGIN
        + message(method="textDocument/didOpen", params={"textDocument": document})
        + message(id=2, method="textDocument/hover", params=where)
        + message(id=3, method="textDocument/definition", params=where)
    )
    with subprocess.Popen(
        (sys.executable, "-c", program), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        running.stdin.write(data)
        running.stdin.flush()
        time.sleep(3)
        out, _ = running.communicate(message(id=4, method="shutdown") + message(method="exit"), timeout=30)
    by_id = {one.get("id"): one for one in messages(out)}
    assert "a bug" in by_id[2]["error"]["message"]
    assert "result" in by_id[3]
    assert running.returncode == 0


def test_a_bug_in_the_examination_is_told_and_the_next_one_goes_on(editor: Any, project: Path) -> None:
    """A folder whose specs vanish while they are looked at, and come back."""
    uri = editor.open(project / MODEL)
    editor.codes(uri)
    hidden = project / "elsewhere"
    (project / "specs").rename(hidden)
    editor.change(uri, (hidden / "models/parcels.yaml").read_text() + "# alone now\n")
    editor.diagnostics(uri, lambda found: len(found) > 0)
    hidden.rename(project / "specs")
    editor.change(uri, (project / MODEL).read_text())
    assert editor.codes(uri) == []


HOSTILE = {
    "ten megabytes": "a: " + "x" * 10_000_000,
    "deep brackets": "a: " + "[" * 100_000,
    "deep keys": "{a: " * 100_000,
    "deep indents": "\n".join(f"{' ' * depth}a:" for depth in range(900)),
    "dashes": "- " * 40_000,
    "many keys": "\n".join(f"key{number}: {number}" for number in range(40_000)),
    "quotes": 'a: "' + "\\" * 60_000,
    "one long line": "a: {" + ", ".join(f"k{n}: {n}" for n in range(30_000)),
    "bombs": "a: &a [x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a]" for n in range(2000)),
    "controls": "a: \x00\x07\x1b[31m\ud800",
    "no breaks": "\x85\u2028\u2029\x0b\x0c" * 20_000,
    "blanks": " " * 500_000 + "a:",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_answered_soon_and_something_is_said_of_it(editor: Any, project: Path, name: str) -> None:
    path = project / "specs/hostile.yaml"
    model = editor.open(project / MODEL)
    uri = editor.open(path, HOSTILE[name])
    started = time.perf_counter()
    editor.hover(uri, 0, 1)
    editor.completion(uri, 0, 4)
    editor.definition(uri, 0, 2)
    assert editor.hover(model, 1, 1) is not None
    assert time.perf_counter() - started < 10
    assert editor.diagnostics(uri, lambda found: bool(found))
    editor.close(uri)


def test_a_position_beyond_the_text_is_no_fault(editor: Any, project: Path) -> None:
    uri = editor.open(project / MODEL)
    assert editor.hover(uri, 10**6, 10**6) is None
    assert isinstance(editor.completion(uri, 10**6, 10**6), dict)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-32"])
def test_positions_are_counted_as_the_editor_asks(start: Any, project: Path, encoding: str) -> None:
    editor = start(project, encodings=[encoding])
    assert editor.capabilities.position_encoding == encoding
    text = (project / MODEL).read_text()
    line = '  annotations: {note: "😀😀شحن", a: no}'
    uri = editor.open(project / MODEL, text.replace("spec:\n", f"{line}\nspec:\n", 1))
    found = editor.diagnostics(uri, lambda all_: any(one.code == "PLM-YML-006" for one in all_))
    [one] = [one for one in found if one.code == "PLM-YML-006"]
    column = line.index("no}")
    expected = {
        "utf-8": len(line[:column].encode()),
        "utf-16": len(line[:column].encode("utf-16-le")) // 2,
        "utf-32": column,
    }
    assert one.range.start.character == expected[encoding]
    assert one.range.end.character == expected[encoding] + 2
    assert editor.hover(uri, one.range.start.line, 3) is not None


def test_other_verbs_load_nothing_of_it() -> None:
    program = (
        "import sys; from plimsoll.cli.main import main; code = main(['check', 'specs', '--json']);"
        "assert not {'pygls', 'lsprotocol', 'plimsoll.cli.lsp'} & set(sys.modules)"
    )
    root = Path(__file__).parents[3]
    subprocess.run((sys.executable, "-c", program), cwd=root, check=True, capture_output=True)


def test_without_pygls_the_verb_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['pygls'] = None; sys.modules['lsprotocol'] = None;"
        "from plimsoll.cli.main import main; sys.exit(main(['lsp']))"
    )
    ended = subprocess.run((sys.executable, "-c", program), capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert "plimsoll[lsp]" in ended.stderr
    assert ended.stdout == ""


def test_no_word_of_the_tests_reached_the_people(server: Any) -> None:
    assert server.messages == []
    assert "".join(server.stderr) == ""
