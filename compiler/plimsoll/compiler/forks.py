"""Do numbered pieces of work in forks, of which none outlives the work or its parent."""

import contextlib
import errno
import gc
import os
import pickle
import selectors
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, TypeVar

from plimsoll.contract.refusal import Unavailable

T = TypeVar("T")
R = TypeVar("R")

MOST = 2048
"""How many pieces there may be at most: their numbers lie in a pipe, and the smallest there are hold 4096 bytes."""

_TICKET = 2
"""How many bytes number a piece."""

_LENGTH = 8
"""How many bytes tell the length of a result."""

_CHUNK = 1 << 20


@dataclass
class _Child:
    """A process at work, and what it has sent so far."""

    pid: int
    pipe: int
    sent: bytearray = field(default_factory=bytearray)
    """The beginning of a result that has not come whole."""
    done: list[tuple[int | None, Any]] = field(default_factory=list)
    """The results that came whole. They are made here while the children are still at work."""
    ended: bool = False

    def read(self) -> bool:
        """Take what is there to be read; false when nothing will come any more."""
        data = os.read(self.pipe, _CHUNK)
        self.sent += data
        start, size = 0, len(self.sent)
        while (body := start + _LENGTH) <= size:
            end = body + int.from_bytes(self.sent[start:body])
            if end > size:
                break
            self.done.append(pickle.loads(memoryview(self.sent)[body:end]))  # noqa: S301 -- from our own child
            start = end
        del self.sent[:start]
        return bool(data)

    def results(self) -> Iterator[tuple[int, Any]]:
        """The slices that were done, by number.

        Raises:
            Unavailable: when the process died.
        """
        _, status = os.waitpid(self.pid, 0)
        self.ended = True
        if status:
            raise _died()
        for number, value in self.done:
            if number is None:
                raise value
            yield number, value

    def end(self) -> None:
        """Leave nothing of the process, whatever it is at."""
        os.close(self.pipe)
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def in_forks(
    task: Callable[[int], R], count: int, jobs: int, meanwhile: Callable[[], object] = lambda: None
) -> list[R]:
    """The results of pieces 0 to ``count`` - 1, in their order. What a piece raises is raised here.

    ``meanwhile`` is done here while the children are at work.

    Each child has a pipe of numbers that follow on each other, since neighbours mostly have much in common; when it is
    empty, it takes from those of the others. They are never waited for in vain: a child that writes to a parent that is
    gone ends, and a parent that fails ends its children.

    Raises:
        Unavailable: when a process dies or none can be started, such as for want of memory or of open files.
    """
    if count > MOST:
        raise ValueError(f"{count} pieces of work are more than {MOST}")
    shares = [range(count * job // jobs, count * (job + 1) // jobs) for job in range(jobs)]
    tickets: list[int] = []
    children: list[_Child] = []
    gc.freeze()
    try:
        _start(task, shares, tickets, children)
        meanwhile()
        found = _gathered(children)
        if len(found) < count:
            raise _died()
        return [found[number] for number in range(count)]
    finally:
        gc.unfreeze()
        for pipe in tickets:
            os.close(pipe)
        for child in children:
            child.end()


def _numbers(some: Iterable[int]) -> int:
    """A pipe that some numbers lie in, and nothing more will come."""
    tickets, numbers = os.pipe()
    os.write(numbers, b"".join(number.to_bytes(_TICKET) for number in some))
    os.close(numbers)
    return tickets


def _died() -> Unavailable:
    why = "a process that shared the work died, most likely for want of memory"
    return Unavailable("check", why, "try again with --jobs 1")


def _not_started(error: OSError) -> Unavailable:
    why = f"no process can be started to share the work: {error.strerror}"
    return Unavailable("check", why, "try again with --jobs 1")


class Ahead(Generic[T, R]):
    """A process that loads what it needs while nobody knows yet what it is to do, and then does that one thing."""

    def __init__(self, load: Callable[[], object], work: Callable[[T], R]) -> None:
        """Start it.

        Raises:
            OSError: when no process can be started.
        """
        tickets, self._orders = os.pipe()

        def task(_: int) -> R:
            return work(pickle.loads(_exactly(tickets, int.from_bytes(_exactly(tickets, _LENGTH)))))  # noqa: S301 -- ours

        try:
            self._child = _child(task, [tickets], (self._orders,), load)
        except OSError:
            os.close(self._orders)
            raise
        finally:
            os.close(tickets)

    def ask(self, order: T, meanwhile: Callable[[], object]) -> R:
        """What comes of an order, and ``meanwhile`` done here. It can be asked once; what it raises is raised here.

        Raises:
            Unavailable: when the process died.
        """
        body = pickle.dumps(order, pickle.HIGHEST_PROTOCOL)
        with (
            contextlib.suppress(BrokenPipeError),  # It ended before: why is told below.
            open(self._orders, "wb", closefd=False) as orders,
        ):
            orders.write(bytes(_TICKET) + len(body).to_bytes(_LENGTH) + body)
        self._close()
        meanwhile()
        found: R = _gathered([self._child])[0]
        return found

    def end(self) -> None:
        """Leave nothing of it, whether it was asked or not."""
        self._close()
        self._child.end()

    def _close(self) -> None:
        if self._orders >= 0:
            os.close(self._orders)
            self._orders = -1


def _exactly(pipe: int, size: int) -> bytes:
    """So many bytes of a pipe.

    Raises:
        EOFError: when there are fewer.
    """
    found = bytearray()
    while len(found) < size:
        part = os.read(pipe, min(size - len(found), _CHUNK))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


def _start(
    task: Callable[[int], Any], shares: Iterable[Iterable[int]], tickets: list[int], children: list[_Child]
) -> None:
    """Make a pipe of each share of numbers, and start a child for each, or one at least where there may be no more."""
    try:
        for share in shares:
            tickets.append(_numbers(share))  # noqa: PERF401 -- whoever called us closes those that were made
    except OSError as error:
        raise _not_started(error) from None
    for own in range(len(tickets)):
        try:
            children.append(_child(task, tickets[own:] + tickets[:own], [other.pipe for other in children]))
        except OSError as error:
            # Where no file can be opened any more, neither they nor we could read one.
            if not children or error.errno in (errno.EMFILE, errno.ENFILE):
                raise _not_started(error) from None
            return


def _nothing() -> None:
    """Nothing to load."""


def _child(
    task: Callable[[int], Any], tickets: Sequence[int], parents: Sequence[int], load: Callable[[], object] = _nothing
) -> _Child:
    """Start a child. An interruption waits meanwhile, or it would have the child go on as if it were the parent.

    ``tickets`` are the pipes that it takes numbers from, one after the other; ``parents`` are pipes of the parent's,
    which it is to let go.
    """
    reading, writing = os.pipe()
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = os.fork()
        if pid == 0:
            _work_and_exit(task, tickets, writing, (reading, *parents), load)
    except OSError:
        os.close(reading)
        raise
    finally:
        os.close(writing)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    return _Child(pid, reading)


def _work_and_exit(
    task: Callable[[int], Any],
    tickets: Sequence[int],
    writing: int,
    parents: Sequence[int],
    load: Callable[[], object],
) -> NoReturn:
    """What a child does. Nothing of the parent's is ended or flushed, and without a parent there is nobody to write to.

    An interruption from the keyboard reaches every process: the child ends without a word.
    """
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        gc.disable()
        for one in parents:
            os.close(one)
        with open(writing, "wb") as pipe:
            for result in _results(load, task, tickets):
                body = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
                pipe.write(len(body).to_bytes(_LENGTH))
                pipe.write(body)
                pipe.flush()
        os._exit(0)
    finally:
        os._exit(1)


def _results(
    load: Callable[[], object], task: Callable[[int], Any], tickets: Sequence[int]
) -> Iterator[tuple[int | None, Any]]:
    """The results of a child, by number, and last of all what was raised."""
    try:
        load()
        for number in _taken(tickets):
            yield number, task(number)
    except Exception as error:  # noqa: BLE001 -- the parent raises it
        yield None, _sendable(error)


def _taken(tickets: Sequence[int]) -> Iterator[int]:
    """The numbers that lie in some pipes, each taken when it is its turn, unless another process was first."""
    for pipe in tickets:
        while ticket := os.read(pipe, _TICKET):
            yield int.from_bytes(ticket)


def _sendable(error: Exception) -> Exception:
    """What was raised, as it can be raised in the parent, with the place where it came from."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own
    except Exception:  # noqa: BLE001 -- whatever its class does
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(f"in a process that shared the work: {traceback.format_exc()}")
    return error


def _gathered(children: Sequence[_Child]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    with selectors.PollSelector() as waiting:  # It takes no descriptor of its own, of which there may be none left.
        for child in children:
            waiting.register(child.pipe, selectors.EVENT_READ, child)
        while waiting.get_map():
            for key, _ in waiting.select():
                if not key.data.read():
                    waiting.unregister(key.fileobj)
                    found.update(key.data.results())
    return found
