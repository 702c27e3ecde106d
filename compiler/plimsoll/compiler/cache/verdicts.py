"""Judge the objects for which something changed, and remember the verdicts on the others."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from plimsoll.compiler.cache.codec import back_verdict, plain_verdict
from plimsoll.compiler.cache.memory import Memory
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.verdict import Verdict
from plimsoll.compiler.project.graph import Graph
from plimsoll.compiler.project.unit import Key, Unit, unpack
from plimsoll.compiler.workers import spread

LEAST = 400
"""How many objects are to be judged before a second process pays."""

_FEW = 20
"""How many objects are named one by one when it is told what was judged."""


def evaluate(judge: Judge, memory: Memory, changed: set[Key], *, jobs: int) -> Sequence[Verdict]:
    """The verdicts on all objects: those of the last run where rules, object and context are what they were."""
    before, after = memory.before, memory.after
    after.rules = _digest(judge)
    after.day = judge.estate.today.isoformat() if any(rule.dated for rule in judge.rules) else ""
    known = before.verdicts if before.rules == after.rules else {}
    if before.verdicts and not known:
        memory.told.append("the rules are not those of last time, so every verdict is made anew")
    concerned = _concerned(judge, changed, known, memory) if changed and known else set()
    objects = [(unit.key, unit) for unit in judge.objects()]
    due = {key: unit for key, unit in objects if key not in known or (unit.kind, unit.name) in concerned}
    if known and before.day != after.day:
        due |= {key: unit for key, unit in objects if key not in due and _is_dated(judge, unit, known[key][0])}
    fresh = _judged(judge, due, jobs, memory.keep_facts)
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    for key, _ in objects:
        if key in fresh:
            applied, findings = plain_verdict(fresh[key])
            after.verdicts[key] = (shared.setdefault(applied, applied), findings)
        else:
            after.verdicts[key] = known[key]
    memory.told.append(f"{len(objects) - len(due):,} of {len(objects):,} verdicts are as they were")
    if len(due) <= _FEW:
        memory.told += [f"{key} is judged anew" for key in due]
    return [fresh[key] if key in fresh else back_verdict(after.verdicts[key]) for key, _ in objects]


def _concerned(judge: Judge, changed: set[Key], known: Mapping[str, Any], memory: Memory) -> set[Key]:
    """The objects whose verdict may be another one than last time.

    Those are they whose context held one of some specs last time, or holds it now. If no rule can tell from there what
    has changed about a spec, only those with findings count, which name places in it.
    """
    graph = judge.estate.graph
    if not memory.refers_as_before():
        return {*concerned_by(changed, graph), *concerned_by(changed, Graph(memory.before.units))}
    shown = {key for key in changed if key not in graph.units or _shows(judge, graph.units[key], memory)}
    found = ((kind, name) for kind, name in concerned_by(changed - shown, graph) if _findings(known, kind, name))
    return {*changed, *concerned_by(shown, graph), *found}


def _shows(judge: Judge, unit: Unit, memory: Memory) -> bool:
    """Whether a rule that judges another object could tell a spec from what it was in the last run."""
    before = memory.before.files[unit.path]
    packed = memory.remembered(unit.path, before.digest)
    if packed is None:
        return True
    return judge.shows(unit.kind, unpack(packed)[unit.position], judge.estate.project.locate(unit).facts)


def _findings(known: Mapping[str, Any], kind: str, name: str) -> bool:
    return bool(known.get(f"{kind}/{name}", ((), ()))[1])


def _is_dated(judge: Judge, unit: Unit, applied: Sequence[str]) -> bool:
    """Whether another day may bring another verdict on an object, given the rules that applied to it."""
    return any(
        rule.dated and (rule.id in applied or (rule.applies_by_day and rule.judges == unit.kind))
        for rule in judge.rules
    )


def _judged(judge: Judge, due: dict[str, Unit], jobs: int, meanwhile: Callable[[], object]) -> dict[str, Verdict]:
    def work(units: Sequence[Unit]) -> list[Verdict]:
        return [judge.verdict(unit) for unit in units]

    # An environment has to do with all that lives in it: it takes longest, and what it asks for serves what follows.
    first = sorted(due, key=lambda key: due[key].kind != "Environment")
    slices = spread(work, [due[key] for key in first], jobs=jobs, least=LEAST, meanwhile=meanwhile)
    return dict(zip(first, (verdict for some in slices for verdict in some), strict=True))


def concerned_by(changed: Iterable[Key], graph: Graph) -> Iterator[Key]:
    """Every object whose context may hold one of some specs, and more of them rather than fewer.

    A context is made of the models that an object has to do with, of what these read and of where they live; and of
    what a feature set is made from, or a data source is made into.
    """
    models: dict[str, None] = {}
    for kind, name in changed:
        if (kind, name) not in graph.units:
            continue
        yield kind, name
        models |= dict.fromkeys(graph.models_of(kind, name))
        if kind == "FeatureSet":
            yield from (("DataSource", one) for one in graph.of_feature_set(name).data_sources)
        if kind in ("DataSource", "FeatureSet"):
            yield from (("FeatureSet", one) for one in graph.sets_of(kind, name))
    for model in models:
        yield from _around(model, graph)


def _around(model: str, graph: Graph) -> Iterator[Key]:
    yield "Model", model
    reads = graph.of_model(model)
    yield from (("DataSource", one) for one in reads.data_sources)
    yield from (("FeatureSet", one) for one in reads.feature_sets)
    for deployment, environment in graph.placed_of_model(model):
        yield "Deployment", deployment
        yield "Environment", environment


def _digest(judge: Judge) -> bytes:
    """What the rules say, all together."""
    text = json.dumps([rule.values for rule in judge.rules], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
