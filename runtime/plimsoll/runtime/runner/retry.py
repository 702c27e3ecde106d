"""Whether, and when, a node that ended badly is tried again."""

from dataclasses import dataclass

from plimsoll.runtime.runner.conditions import parse_retry, retry_holds
from plimsoll.runtime.runner.durations import seconds
from plimsoll.runtime.runner.manifest import Backoff, RetryStrategy
from plimsoll.runtime.runner.result import Result


@dataclass(frozen=True)
class Again:
    """Try again after ``wait`` seconds."""

    wait: float


@dataclass(frozen=True)
class Enough:
    """Don't try again; ``reason`` is empty when there is nothing to say."""

    reason: str


@dataclass(frozen=True)
class LastAttempt:
    """An attempt that ended badly; ``number`` counts from 0.

    ``lasted`` and ``since_first`` are seconds: of this attempt, and since the first one began.
    """

    number: int
    result: Result
    lasted: float
    since_first: float


def after(strategy: RetryStrategy | None, last: LastAttempt, where: str) -> Again | Enough:
    """What follows an attempt that ended badly.

    The policy is OnFailure by default, and Always where there is an expression; the expression and the limit must agree
    too. Attempt n + 1 begins ``duration * factor ** n`` seconds after attempt n, at most ``cap``, and never later than
    ``maxDuration`` after the first. (Argo, "Retries"; ``workflow/controller/operator.go``, processNodeRetries.)

    Raises:
        Refused: when the expression can't be evaluated.
    """
    if strategy is None:
        return Enough("")
    policy = strategy.retry_policy or ("Always" if strategy.expression else "OnFailure")
    if (policy, last.result.status) in {("OnFailure", "Error"), ("OnError", "Failed")}:
        return Enough("")
    if strategy.expression is not None and not _agrees(strategy.expression, last, where):
        return Enough("")
    if strategy.limit is not None and last.number >= strategy.limit:
        return Enough(f"no attempts are left after {last.number + 1}")
    return _backed_off(strategy.backoff, last, where) if strategy.backoff else Again(0.0)


def _agrees(expression: str, last: LastAttempt, where: str) -> bool:
    code = last.result.exit_code
    variables = {
        "lastRetry.exitCode": "-1" if code is None else str(code),
        "lastRetry.status": last.result.status,
        "lastRetry.duration": str(int(last.lasted)),
        "lastRetry.message": last.result.message,
        "retries": str(last.number),
    }
    return retry_holds(parse_retry(expression, f"{where}.expression"), variables)


def _backed_off(backoff: Backoff, last: LastAttempt, where: str) -> Again | Enough:
    wait = seconds(backoff.duration or "0", where) * (backoff.factor or 1.0) ** last.number
    if backoff.cap is not None:
        wait = min(wait, seconds(backoff.cap, where))
    if backoff.max_duration is not None and last.since_first + wait > seconds(backoff.max_duration, where):
        return Enough(f"another attempt would begin later than {backoff.max_duration} after the first")
    return Again(wait)
