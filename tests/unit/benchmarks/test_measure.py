"""Commands are timed whole, watched whole, and stopped whole."""

import os
import sys
import time
from pathlib import Path

import pytest
from benchmarks.measure.rounds import Failure, Task, Timing, in_turns, once, rounds_for
from benchmarks.measure.run import run


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def _silent(_: str) -> None:
    return


def test_a_command_is_timed_from_start_to_end(tmp_path: Path) -> None:
    ran = run(_python("import time; time.sleep(0.2)"), cwd=tmp_path, env={}, timeout=30)
    assert (ran.exit_code, ran.timed_out) == (0, False)
    assert 0.2 <= ran.seconds < 10


def test_a_command_gets_its_folder_and_variables(tmp_path: Path) -> None:
    code = "import os, pathlib; pathlib.Path('here').write_text(os.environ['WORD'])"
    run(_python(code), cwd=tmp_path, env={"WORD": "found"}, timeout=30)
    assert (tmp_path / "here").read_text() == "found"


def test_a_command_is_stopped_at_its_limit_with_all_that_it_started(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, pathlib, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "pathlib.Path('child').write_text(str(child.pid))\n"
        "time.sleep(60)"
    )
    ran = run(_python(code), cwd=tmp_path, env={}, timeout=1.5)
    assert ran.timed_out
    assert ran.seconds < 30
    _ends(int((tmp_path / "child").read_text()))


def test_what_a_command_leaves_running_is_ended(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "pathlib.Path('child').write_text(str(child.pid))"
    )
    assert not run(_python(code), cwd=tmp_path, env={}, timeout=30).timed_out
    _ends(int((tmp_path / "child").read_text()))


def _ends(pid: int) -> None:
    """Wait until a process is gone, or only its entry is left for its parent to read."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.01)
    pytest.fail(f"process {pid} still runs")


@pytest.mark.parametrize("where", ["itself", "a child"])
def test_memory_is_that_of_the_command_and_its_children(tmp_path: Path, where: str) -> None:
    code = "import time; block = bytearray(80_000_000); time.sleep(0.5)"
    if where == "a child":
        code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    ran = run(_python(code), cwd=tmp_path, env={}, timeout=30, memory=True)
    assert ran.peak_mib is not None
    assert 76 < ran.peak_mib < 200


def test_a_failure_says_the_last_line_without_escapes(tmp_path: Path) -> None:
    task = Task("t", _python(r"print('first'); print('\x1b[31mit broke\x1b[0m'); raise SystemExit(3)"), tmp_path)
    assert once(task) == Failure("exit code 3: it broke")


def test_a_program_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    ran = once(Task("t", (str(tmp_path / "nothing"),), tmp_path))
    assert ran == Failure(f"can't be started: {os.strerror(2)}")


def test_a_slow_task_is_stopped_and_not_tried_again(tmp_path: Path) -> None:
    code = "open('runs', 'a').write('x'); import time; time.sleep(60)"
    slow = Task("slow", _python(code), tmp_path, timeout=1)
    assert in_turns([slow], _silent) == {"slow": Failure("stopped after 1 s")}
    assert (tmp_path / "runs").read_text() == "x"


def test_tasks_take_turns_and_the_first_run_of_a_quick_one_does_not_count(tmp_path: Path) -> None:
    def task(name: str) -> Task:
        return Task(name, _python(f"open('order', 'a').write({name!r})"), tmp_path)

    said: list[str] = []
    times = in_turns([task("a"), task("b")], said.append, most=3)
    assert (tmp_path / "order").read_text() == "abababab"
    assert all(isinstance(one, Timing) and len(one.seconds) == 3 for one in times.values())
    assert len(said) == 8


def test_a_task_is_prepared_before_each_run(tmp_path: Path) -> None:
    made: list[int] = []
    task = Task("t", _python("pass"), tmp_path, prepare=lambda: made.append(1))
    in_turns([task], _silent, most=2)
    assert len(made) == 3


def test_a_task_past_its_patience_is_run_once(tmp_path: Path) -> None:
    task = Task("t", _python("pass"), tmp_path, patience=0)
    times = in_turns([task], _silent)
    assert isinstance(times["t"], Timing)
    assert len(times["t"].seconds) == 1


def test_slower_commands_get_fewer_rounds() -> None:
    assert [rounds_for(seconds, 10) for seconds in (0.1, 1, 20)] == [10, 5, 3]
    assert rounds_for(0.1, 2) == 2
