"""How fast one core is right now: what was measured in another hour, or elsewhere, compares by it."""

import json
import time

_VALUE = {f"field{number}": {"name": "x" * number, "items": [number, 1.5, None, True]} for number in range(60)}
_TIMES = 400
_TRIES = 5


def yardstick() -> float:
    """The seconds that one core takes for a fixed piece of Python's usual work, the best of some tries.

    It is texts, mappings and calls, as our commands do; less than half a second on any machine of the day.
    """
    return min(_once() for _ in range(_TRIES))


def _once() -> float:
    started = time.perf_counter()
    for _ in range(_TIMES):
        _walked(json.loads(json.dumps(_VALUE)))
    return time.perf_counter() - started


def _walked(value: object) -> int:
    if isinstance(value, dict):
        return sum(len(key) + _walked(item) for key, item in value.items())
    return sum(map(_walked, value)) if isinstance(value, list) else len(str(value))
