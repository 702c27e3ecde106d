"""Where support is missing or weak, and how the controls of each framework stand."""

from collections import Counter
from collections.abc import Iterable, Sequence

from plimsoll.compiler.audit.articles import compact, names, order
from plimsoll.compiler.audit.document import Control, Framework, Gap, Weakness
from plimsoll.compiler.audit.frameworks import Frameworks

_SAID: dict[Weakness, str] = {
    "nothing judged": "No rule that supports {articles} applied to anything here.",
    "not evaluated": "A rule that supports {articles} has no answer for some objects: they may keep it or not.",
    "audit mode": "All rules that support {articles} are only audited here: a finding would be kept, and stop nothing.",
    "declared only": "What supports {articles} is a spec's word alone; nothing that is rendered or linked shows it.",
    "no rule": "No rule supports {articles}.",
}


def framework_states(
    controls: Sequence[Control], frameworks: Frameworks, places: tuple[str, ...]
) -> tuple[Framework, ...]:
    """Each framework that rules name or that is known, by name."""
    together = {one.framework for one in controls} | {one.name for one in frameworks.known}
    return tuple(
        _framework(name, [one for one in controls if one.framework == name], frameworks, places)
        for name in sorted(together)
    )


def _framework(name: str, controls: Sequence[Control], frameworks: Frameworks, places: tuple[str, ...]) -> Framework:
    states = Counter(one.state for one in controls)
    named = {one.article for one in controls}
    applies = frameworks.binds(name, None, places) or any(one.state != "not applicable" for one in controls)
    known = frameworks.by_name.get(name)
    missing = [one for one in (known.articles if known else ()) if not any(names(each, one) for each in named)]
    return Framework(
        name=name,
        title=frameworks.title(name),
        applies=applies,
        supported=states["supported"],
        findings=states["findings"],
        waived=states["waived"],
        gap=states["gap"],
        not_applicable=states["not applicable"],
        not_in_force=sum(not one.in_force for one in controls),
        without_rule=tuple(sorted(missing, key=order)),
    )


def gaps(controls: Iterable[Control], frameworks: Iterable[Framework]) -> tuple[Gap, ...]:
    """Every gap, those of one kind and of the same rules together, by framework and by how much is missing."""
    found: dict[tuple[str, Weakness, tuple[str, ...]], list[str]] = {}
    for one in controls:
        rules = tuple(mapping.rule for mapping in one.mappings if mapping.applies)
        for weakness in one.weaknesses:
            found.setdefault((one.framework, weakness, rules), []).append(one.article)
    for framework in frameworks:
        if framework.applies and framework.without_rule:
            found[framework.name, "no rule", ()] = [*framework.without_rule]
    weights = {weakness: weight for weight, weakness in enumerate(_SAID)}
    made = (_gap(*key, articles) for key, articles in found.items())
    return tuple(
        sorted(made, key=lambda gap: (gap.framework, weights[gap.weakness], order(gap.articles[0]), gap.rules))
    )


def _gap(framework: str, weakness: Weakness, rules: tuple[str, ...], articles: list[str]) -> Gap:
    text = _SAID[weakness].format(articles=f"{framework} {compact(articles)}")
    return Gap(weakness=weakness, framework=framework, articles=tuple(articles), rules=rules, text=text)
