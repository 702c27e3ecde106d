"""The page of combinations that are refused, made from the table that refuses them."""

from plimsoll.compiler.project.references.combinations import CODE, COMBINATIONS, PLATFORM_TABLE


def combinations_page() -> str:
    """What a deployment or an environment may ask for, and what it needs."""
    rows = [f"| {one.asks} | {one.needs} | {_in_words(one.says)} |" for one in COMBINATIONS]
    offered = [f"| {offers} | {needs} |" for offers, needs in PLATFORM_TABLE]
    parts = [
        "# Combinations",
        "This page is generated: `make generate` writes it anew. Engines ignore in silence what they do not know. What "
        f"they would ignore is refused where it is asked for ([{CODE}](codes.md#{CODE.lower()})). Which to choose: "
        "[choose a rollout](../how-to/choose-a-rollout.md).",
        "## What a deployment asks, and what its environment must have",
        "\n".join(["| Asked | Needed | Otherwise |", "| --- | --- | --- |", *rows]),
        "A canary whose environment has neither a gateway nor Istio is a share of the replicas. Each weight must then "
        "be a whole number of `scaling.min` replicas.",
        "## What an environment offers, and what that needs",
        "\n".join(["| Offered | Needed |", "| --- | --- |", *offered]),
    ]
    return "\n\n".join(parts) + "\n"


def _in_words(says: str) -> str:
    """A message without the values of a deployment."""
    engine = says.replace("SERVING", "the engine")
    return engine.replace("a STRATEGY", "the rollout").replace("no STRATEGY", "no such rollout")
