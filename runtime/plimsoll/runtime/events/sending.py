"""Send an event to a sink: HTTP POST in structured mode, bounded in tries and in time."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO

from plimsoll.contract.version import VERSION
from plimsoll.runtime.events.cloudevent import CONTENT_TYPE, CloudEvent

TRIES = 3
PATIENCE = 3.0
"""Seconds that a sink has to answer in; three tries and two pauses are 12 s at the most."""

_PAUSES = (0.5, 2.0)
_MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed (CloudEvents' HTTP webhook specification, 2.2; RFC 9110)."""


@dataclass(frozen=True)
class Sent:
    """What became of an event: how often it was tried, and why it did not arrive, where it did not."""

    tries: int
    problem: str = ""

    @property
    def arrived(self) -> bool:
        """Whether the sink took it."""
        return not self.problem


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET elsewhere; the sink is the one that the spec names, or none."""

    def redirect_request(
        self, _req: urllib.request.Request, _fp: IO[bytes], _code: int, _msg: str, _headers: HTTPMessage, _newurl: str
    ) -> None:
        return None


def send(event: CloudEvent, sink: str, *, pause: Callable[[float], None] = time.sleep) -> Sent:
    """Post an event. Never raises for what a sink or a network does: the answer says what happened.

    Args:
        event: what happened.
        sink: an ``http`` or ``https`` address.
        pause: waits so many seconds between two tries.
    """
    if not sink.lower().startswith(("http://", "https://")):
        return Sent(0, "the sink is no http or https address")
    for number in range(1, TRIES + 1):
        problem, passes = _post(event, sink)
        if not problem or not passes or number == TRIES:
            return Sent(number, problem)
        pause(_PAUSES[number - 1])
    raise AssertionError("the last try returns")


def _post(event: CloudEvent, sink: str) -> tuple[str, bool]:
    """What went wrong, if anything, and whether it may pass."""
    headers = {"Content-Type": CONTENT_TYPE, "User-Agent": f"plimsoll/{VERSION}"}
    try:
        request = urllib.request.Request(sink, data=event.body, headers=headers, method="POST")  # noqa: S310 -- see send
        with urllib.request.build_opener(_Stay()).open(request, timeout=PATIENCE) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        error.close()
        return f"the sink answered {error.code}", error.code in _MAY_PASS
    except urllib.error.URLError as error:
        return f"the sink was not reached: {_words(error.reason)}", True
    except (OSError, HTTPException) as error:
        return f"the sink broke off: {_words(error)}", True
    except ValueError:
        return "the sink's address cannot be used", False
    return "", False


def _words(reason: object) -> str:
    """A reason in a few words; an address in it, which may hold a password, is never among them."""
    return (reason.strerror or type(reason).__name__) if isinstance(reason, OSError) else type(reason).__name__
