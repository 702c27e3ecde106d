"""What ``depends``, ``when`` and a retry expression mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from plimsoll.runtime.runner import expression as language
from plimsoll.runtime.runner.evaluation import FUNCTIONS, holds
from plimsoll.runtime.runner.expression import Expression, Value
from plimsoll.runtime.runner.manifest import Task
from plimsoll.runtime.runner.substitution import substitute

Status = Literal["Pending", "Running", "Succeeded", "Failed", "Error", "Skipped", "Omitted"]
RESULTS = frozenset({"Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed"})
RETRY_VARIABLES = frozenset(
    {"lastRetry.exitCode", "lastRetry.status", "lastRetry.duration", "lastRetry.message", "retries"}
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Ending:
    """How a task ended; ``items`` are the endings of what it fanned out into."""

    status: Status
    items: tuple[Status, ...] = ()

    def is_result(self, result: str) -> bool:
        """Whether the ending is the result that ``depends`` names."""
        match result:
            case "AnySucceeded":
                return "Succeeded" in self.items
            case "AllFailed":
                return bool(self.items) and all(status == "Failed" for status in self.items)
            case "Errored":
                return self.status == "Error"
            case _:
                return self.status == result


def dependency_logic(task: Task, where: str) -> Expression | None:
    """The task's ``depends``, or its ``dependencies`` as one; None for a task that waits for nothing.

    Raises:
        Refused: when ``depends`` isn't an expression over ``task`` and ``task.Result``.
    """
    text = task.depends or " && ".join(task.dependencies)
    if not text.strip():
        return None
    parsed = language.parse(text, where)
    for word in language.words(parsed.root):
        _, dot, result = word.partition(".")
        if dot and result not in RESULTS:
            raise parsed.refuse(f"`{result}` is no result of a task; one of {', '.join(sorted(RESULTS))}")
    return parsed


def dependency_names(logic: Expression | None) -> tuple[str, ...]:
    """The tasks that an expression waits for, each once, in order of appearance."""
    return tuple(dict.fromkeys(word.partition(".")[0] for word in language.words(logic.root))) if logic else ()


def dependencies_met(logic: Expression, endings: Mapping[str, Ending], tasks: Mapping[str, Task]) -> bool:
    """Whether the endings of its dependencies let a task start.

    A bare name means Succeeded, Skipped or Daemoned, and what ``continueOn`` forgives.
    (Argo, "Enhanced depends logic"; ``workflow/common/ancestry.go``, expandDependency.)
    """

    def word(text: str) -> Value:
        name, _, result = text.partition(".")
        if result:
            return endings[name].is_result(result)
        return endings[name].status in {"Succeeded", "Skipped"} or forgiven(tasks[name], endings[name].status)

    return holds(logic, word)


def forgiven(task: Task, status: Status) -> bool:
    """Whether ``continueOn`` lets others go on although the task ended so."""
    return (status == "Failed" and task.continue_on.failed) or (status == "Error" and task.continue_on.error)


def parse_when(text: str, where: str) -> Expression:
    """A ``when`` condition with its tags still in it."""
    return language.parse(text, where)


def when_holds(condition: Expression, values: Mapping[str, str]) -> bool:
    """Whether a task should run.

    A bare word is a text, or a number or truth value if it reads like one, as in Argo. Tags are replaced after parsing,
    so a value can't alter the expression.

    Raises:
        Refused: when a tag has no value, or the condition is neither true nor false.
    """

    def word(text: str) -> Value:
        plain = substitute(text, values, condition.where)
        if _NUMBER.fullmatch(plain) or plain in {"true", "false"}:
            return _scalar(plain)
        return plain

    return holds(condition, word, lambda literal: substitute(literal, values, condition.where))


def _scalar(text: str) -> bool | float:
    return {"true": True, "false": False}[text] if text in {"true", "false"} else float(text)


def parse_retry(text: str, where: str) -> Expression:
    """A ``retryStrategy.expression`` over ``lastRetry.*`` and ``retries``.

    Raises:
        Refused: when it uses another variable or function.
    """
    parsed = language.parse(text, where, frozenset(FUNCTIONS))
    for word in language.words(parsed.root):
        if word not in RETRY_VARIABLES | {"true", "false"}:
            raise parsed.refuse(f"`{word}` isn't one of {', '.join(sorted(RETRY_VARIABLES))}")
    return parsed


def retry_holds(condition: Expression, variables: Mapping[str, str]) -> bool:
    """Whether the last attempt is one to be followed by another. Every variable is a text, as in Argo."""
    return holds(condition, lambda word: variables[word] if word in variables else _scalar(word))
