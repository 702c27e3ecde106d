"""Work beside the event loop, so that nobody waits for somebody else's."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Do a piece of work in a thread that does not keep the program from ending, and return its result.

    An executor's threads would be waited for at the end, and an editor does not wait so long for its server to go.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, fault: Exception | None) -> None:
        if done.cancelled():
            return
        if fault is not None:
            done.set_exception(fault)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            result, fault = work(), None
        except Exception as error:  # noqa: BLE001 -- handed over to whoever waits
            result, fault = None, error
        with contextlib.suppress(RuntimeError):  # The loop has ended, and with it whoever waited.
            loop.call_soon_threadsafe(settle, result, fault)

    threading.Thread(target=run, daemon=True).start()
    return await done
