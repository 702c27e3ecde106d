"""Twelve rules about a data source, as CEL, as Rego and as Python, and data sources that keep some and break others.

A program of each engine evaluates all of them on every source and writes ``result.json``: the seconds from the first
evaluation to the last, values as JSON gives them, and how many sources keep each rule, which all engines must agree on.
"""

import json
import random
from collections.abc import Callable
from typing import Any, NamedTuple

Source = dict[str, Any]

RESULT = "result.json"
"""The file that a program writes."""


class BenchRule(NamedTuple):
    """One rule three times over."""

    cel: str
    rego: str
    """The body of ``kept``: true where the rule is kept."""
    python: Callable[[Source], bool]


_UAE = ("me-central-1", "uaenorth", "uaecentral")

RULES = (
    BenchRule(
        "object.spec.personalData == 'none' || has(object.spec.legalBasis)",
        'spec.personalData == "none" } else if { spec.legalBasis',
        lambda o: o["spec"]["personalData"] == "none" or "legalBasis" in o["spec"],
    ),
    BenchRule(
        "object.spec.jurisdiction != 'AE' || object.spec.region in ['me-central-1', 'uaenorth', 'uaecentral']",
        'spec.jurisdiction != "AE" } else if { spec.region in {"me-central-1", "uaenorth", "uaecentral"}',
        lambda o: o["spec"]["jurisdiction"] != "AE" or o["spec"]["region"] in _UAE,
    ),
    BenchRule(
        "object.spec.transfers.all(t, t.basis != 'contract-clauses' || has(t.safeguard))",
        'every t in spec.transfers { clauses_named(t) }',
        lambda o: all(t["basis"] != "contract-clauses" or "safeguard" in t for t in o["spec"]["transfers"]),
    ),
    BenchRule(
        "object.spec.transfers.all(t, t.country != object.spec.jurisdiction)",
        "every t in spec.transfers { t.country != spec.jurisdiction }",
        lambda o: all(t["country"] != o["spec"]["jurisdiction"] for t in o["spec"]["transfers"]),
    ),
    BenchRule(
        "object.spec.personalData == 'none' || has(object.spec.retention) && object.spec.retention <= 2555",
        'spec.personalData == "none" } else if { spec.retention <= 2555',
        lambda o: o["spec"]["personalData"] == "none" or o["spec"].get("retention", 9999) <= 2555,
    ),
    BenchRule(
        "object.spec.personalData != 'special' || object.spec.classification == 'restricted'",
        'spec.personalData != "special" } else if { spec.classification == "restricted"',
        lambda o: o["spec"]["personalData"] != "special" or o["spec"]["classification"] == "restricted",
    ),
    BenchRule(
        "object.spec.columns.exists(c, c.name == object.spec.timestamp && c.type == 'timestamp')",
        'some c in spec.columns; c.name == spec.timestamp; c.type == "timestamp"',
        lambda o: any(c["name"] == o["spec"]["timestamp"] and c["type"] == "timestamp" for c in o["spec"]["columns"]),
    ),
    BenchRule(
        "object.spec.personalData != 'none' || object.spec.columns.all(c, !c.name.endsWith('_email'))",
        'spec.personalData != "none" } else if { count([c | some c in spec.columns; endswith(c.name, "_email")]) == 0',
        lambda o: (
            o["spec"]["personalData"] != "none" or not any(c["name"].endswith("_email") for c in o["spec"]["columns"])
        ),
    ),
    BenchRule(
        "has(object.metadata.owner) && object.metadata.owner.contains('@')",
        'contains(input.metadata.owner, "@")',
        lambda o: "@" in o["metadata"].get("owner", ""),
    ),
    BenchRule(
        "object.spec.location.type != 'file' || object.spec.location.path.startsWith('data/')",
        'spec.location.type != "file" } else if { startswith(spec.location.path, "data/")',
        lambda o: o["spec"]["location"]["type"] != "file" or o["spec"]["location"]["path"].startswith("data/"),
    ),
    BenchRule(
        "size(object.spec.columns) <= 10",
        "count(spec.columns) <= 10",
        lambda o: len(o["spec"]["columns"]) <= 10,
    ),
    BenchRule(
        "object.spec.purposes.all(p, p in ['care', 'planning', 'billing'])",
        'every p in spec.purposes { p in {"care", "planning", "billing"} }',
        lambda o: all(p in ("care", "planning", "billing") for p in o["spec"]["purposes"]),
    ),
)  # fmt: skip


def rego() -> str:
    """All rules as one module: ``kept`` is the set of the rules that the input keeps."""
    helpers = 'clauses_named(t) if { t.basis != "contract-clauses" } else if { t.safeguard }'
    rules = "\n".join(
        f"r{number} if {{ {rule.rego} }}\nkept contains {number} if r{number}" for number, rule in enumerate(RULES)
    )
    return f"package plimsoll\n\nimport rego.v1\n\nspec := input.spec\n\n{helpers}\n\n{rules}\n"


def sources(count: int) -> list[Source]:
    """So many data sources, the same ones every time."""
    return [_source(random.Random(number)) for number in range(count)]  # noqa: S311 - values to measure with


def work(count: int) -> str:
    """What an engine's program reads: the rules in both languages, and so many sources."""
    return json.dumps({"cel": [one.cel for one in RULES], "rego": rego(), "sources": sources(count)})


def expected(count: int) -> list[int]:
    """How many of so many sources keep each rule, as Python has it."""
    return [sum(one.python(source) for source in sources(count)) for one in RULES]


def _source(chance: random.Random) -> Source:
    personal = chance.choice(["none", "none", "pseudonymous", "personal", "special"])
    columns = [{"name": f"column_{at}", "type": chance.choice(["int", "float", "string"])} for at in range(7)]
    columns.append({"name": "seen_at", "type": chance.choice(["timestamp", "timestamp", "timestamp", "string"])})
    spec: Source = {
        "location": {"type": "file", "path": chance.choice(["data/a.parquet", "tmp/a.parquet"])},
        "region": chance.choice([*_UAE, "eu-west-1"]),
        "jurisdiction": chance.choice(["AE", "AE", "IE"]),
        "classification": chance.choice(["internal", "confidential", "restricted"]),
        "personalData": personal,
        "purposes": chance.sample(["care", "planning", "billing", "marketing"], 2),
        "timestamp": "seen_at",
        "columns": columns + [{"name": "contact_email", "type": "string"}] * chance.choice([0, 0, 1, 4]),
        "transfers": [_transfer(chance) for _ in range(chance.choice([0, 1, 2]))],
    }
    if chance.random() < 0.7:
        spec |= {"legalBasis": "consent", "retention": chance.choice([365, 2555, 4000])}
    metadata = {"name": "source", **({"owner": "data@example.org"} if chance.random() < 0.9 else {})}
    return {"apiVersion": "plimsoll.dev/v1", "kind": "DataSource", "metadata": metadata, "spec": spec}


def _transfer(chance: random.Random) -> Source:
    made = {"country": chance.choice(["DE", "US", "AE"]), "basis": chance.choice(["adequacy", "contract-clauses"])}
    return {**made, **({"safeguard": "clauses-2024-11"} if chance.random() < 0.5 else {})}


_FRAME = """\
import json, sys, time
work = json.load(open("work.json"))
{prepare}
kept = [0] * len(work["cel"])
started = time.perf_counter()
for source in work["sources"]:
{each}
seconds = time.perf_counter() - started
json.dump({{"seconds": seconds, "kept": kept}}, open(sys.argv[1], "w"))
"""

OURS = _FRAME.format(
    prepare="""\
from plimsoll.compiler.governance.engine import program, variables
rules = program("[" + ",".join(work["cel"]) + "]")""",
    each="""\
    for at, holds in enumerate(rules.value(variables(source, {}))):
        kept[at] += holds""",
)
"""Ours: all rules of a kind as one expression, as a judge has them."""

CELPY = _FRAME.format(
    prepare="""\
import celpy
environment = celpy.Environment()
rules = [environment.program(environment.compile(text)) for text in work["cel"]]""",
    each="""\
    given = {"object": celpy.json_to_cel(source)}
    for at, rule in enumerate(rules):
        kept[at] += bool(rule.evaluate(given))""",
)
"""cel-python, CEL in Python."""

RUST = _FRAME.format(
    prepare="""\
import cel
rules = [cel.compile(text) for text in work["cel"]]""",
    each="""\
    given = {"object": source}
    for at, rule in enumerate(rules):
        kept[at] += rule.execute(given)""",
)
"""common-expression-language, CEL in Rust."""

REGO = _FRAME.format(
    prepare="""\
import regopy
engine = regopy.Interpreter()
engine.add_module("plimsoll", work["rego"])
rules = engine.build(None, ["plimsoll/kept"])""",
    each="""\
    engine.set_input(source)
    told = engine.query_bundle_entrypoint(rules, "plimsoll/kept")
    for at in told.results[0].expressions[0]:
        kept[at] += 1""",
)
"""regopy, Rego in C++."""
