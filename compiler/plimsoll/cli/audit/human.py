"""An audit at a terminal: how the controls of each framework stand, what was found, what is missing."""

from collections.abc import Iterable, Iterator

from plimsoll.cli.views.inert import shortened
from plimsoll.cli.views.paint import Style, Styled, safe, width
from plimsoll.cli.views.view import Line
from plimsoll.compiler.audit.articles import articles, compact
from plimsoll.compiler.audit.document import Audit, Control
from plimsoll.compiler.audit.header import Baseline
from plimsoll.compiler.audit.judged import Finding, RuleResult
from plimsoll.compiler.hints import did_you_mean
from plimsoll.contract.refusal import Refused

_LOOK = {
    "supported": Style.GOOD,
    "findings": Style.ERROR,
    "waived": Style.WARNING,
    "gap": Style.WARNING,
    "not applicable": Style.DIM,
}
_HEAVIEST = ("not evaluated", "nothing judged", "audit mode", "declared only", "no rule")
_COLUMNS = ("supported", "findings", "waived", "gap", "not applicable", "no rule")
_WIDEST = 84
"""How many characters of a citation are shown."""

_MOST = 20
"""How many of a kind are named one by one."""


def audit_lines(audit: Audit, *, brief: bool = False) -> Iterator[Line]:
    """The whole of it, in a screen or two; in brief, gaps are counted and not told."""
    yield from _head(audit)
    yield ""
    yield from _table(audit)
    yield from _found(audit)
    if brief:
        yield f"{len(audit.gaps)} gaps; --environment {audit.header.environment} lists them"
    else:
        yield from _gaps(audit)


def _head(audit: Audit) -> Iterator[Line]:
    header, totals = audit.header, audit.totals
    yield [
        Styled(f"audit of {header.environment}", Style.STRONG),
        f" ({', '.join(header.jurisdictions)}), {header.day}",
    ]
    commit = header.commit
    made = f"commit {commit.name[:12]} of {commit.repository}" if commit else "no commit"
    yield f"  {made}, {header.release or f'no release: {header.no_release}'}"
    if commit and commit.uncommitted:
        yield [Styled(f"  uncommitted: {', '.join(commit.uncommitted)}", Style.WARNING)]
    yield f"  {header.catalogue.rules} rules, {header.catalogue.digest}"
    judged = f"{len(audit.objects):,} specs and {len(audit.rendered):,} rendered objects"
    yield f"  {totals.judgements:,} judgements on {judged}"
    if header.base:
        yield f"  judged by what governed at {header.base.name[:12]}"
        yield from ([Styled(f"  {one}", Style.DIM)] for one in header.base.pending)
    if header.baseline:
        yield f"  {header.baseline.path}: {burn_down(header.baseline)}"
    for trouble in header.troubles:
        yield [Styled(f"  {trouble}", Style.ERROR)]


def burn_down(baseline: Baseline) -> str:
    """How far what a baseline knows is mended, and that it is not passed by that."""
    counts = f"{baseline.known:,} known and open, {baseline.mended:,} mended since {baseline.since}"
    return f"{counts}, {baseline.new:,} new"


def _table(audit: Audit) -> Iterator[Line]:
    names = max([width(safe(one.name)) for one in audit.frameworks], default=0)
    yield [" " * names, *(Styled(f"  {title}", Style.DIM) for title in _COLUMNS)]
    for one in audit.frameworks:
        if not one.applies:
            continue
        counts = (one.supported, one.findings, one.waived, one.gap, one.not_applicable, len(one.without_rule))
        cells: list[str | Styled] = [one.name, " " * (names - width(safe(one.name)))]
        for title, count in zip(_COLUMNS, counts, strict=True):
            text = f"{count or '–':>{len(title) + 2}}"
            cells.append(Styled(text, _LOOK[title]) if count and title in _LOOK else text)
        yield cells
    elsewhere = [one.name for one in audit.frameworks if not one.applies]
    if elsewhere:
        yield [Styled(f"not binding here, as the specs declare it: {', '.join(elsewhere)}", Style.DIM)]


def _found(audit: Audit) -> Iterator[Line]:
    told = [(rule, finding) for rule in audit.rules for finding in rule.findings]
    if told:
        yield ""
        yield [Styled("found", Style.STRONG)]
    for rule, finding in told[:_MOST]:
        yield _finding(rule, finding)
    yield from _more(len(told))


def _finding(rule: RuleResult, finding: Finding) -> Line:
    word = f"waived ({finding.waiver}), would fail" if finding.waiver else finding.result
    word = f"{word}, known since {finding.known}" if finding.known else word
    style = {"open": Style.ERROR, "waived": Style.WARNING}.get(finding.result, Style.WARNING)
    place = f"{finding.path}:{finding.line}"
    about = f"{finding.object}: {finding.message}"
    return ["  ", Styled(f"{rule.id} {word}", style), f" {about} ", Styled(f"({place})", Style.DIM)]


def _gaps(audit: Audit) -> Iterator[Line]:
    """The gaps, a line each. What no rule names is cut; the other formats and ``--control`` have it."""
    if audit.gaps:
        yield ""
        yield [Styled("gaps", Style.STRONG)]
    words = max([len(one.weakness) for one in audit.gaps], default=0)
    for one in sorted(audit.gaps, key=lambda gap: _HEAVIEST.index(gap.weakness))[:_MOST]:
        rules = f" ({', '.join(one.rules)})" if one.rules else ""
        cited = shortened(f"{one.framework} {compact(one.articles)}", _WIDEST)
        yield ["  ", Styled(f"{one.weakness:<{words}}", Style.WARNING), f"  {cited}{rules}"]
    yield from _more(len(audit.gaps))


def _more(count: int) -> Iterator[Line]:
    if count > _MOST:
        yield [Styled(f"  and {count - _MOST:,} more; --format json has all", Style.DIM)]


def control_lines(audit: Audit, asked: str) -> Iterator[Line]:
    """The controls that are asked for, such as ``GDPR 35``, with their rules and what these looked at.

    Raises:
        Refused: when no framework is so called, or it has no such article.
    """
    found = _asked(audit, asked)
    for one in found:
        yield from _control(audit, one)
    if not found:
        yield from _without(audit, asked)


def _asked(audit: Audit, asked: str) -> list[Control]:
    framework, article = _parted(audit, asked)
    wanted = {one.lower() for one in articles(article)}
    return [
        one for one in audit.controls if one.framework == framework and (not article or one.article.lower() in wanted)
    ]


def _parted(audit: Audit, asked: str) -> tuple[str, str]:
    """The framework and the article of what is asked for."""
    names = [one.name for one in audit.frameworks]
    lowered = asked.strip().lower()
    for name in sorted(names, key=len, reverse=True):
        if lowered == name.lower() or lowered.startswith(f"{name.lower()} "):
            return name, asked.strip()[len(name) :].strip()
    hint = did_you_mean(asked, [f"{one.framework} {one.article}" for one in audit.controls])
    raise Refused("control", asked, f"no framework is so called; known: {', '.join(names)}", hint)


def _without(audit: Audit, asked: str) -> Iterator[Line]:
    framework, article = _parted(audit, asked)
    missing = next(one.without_rule for one in audit.frameworks if one.name == framework)
    known = [one for one in articles(article) if one.lower() in {each.lower() for each in missing}]
    if not known:
        hint = did_you_mean(asked, [f"{one.framework} {one.article}" for one in audit.controls])
        raise Refused("control", asked, f"no rule names it, and {framework} is not known to have it", hint)
    applies = next(one.applies for one in audit.frameworks if one.name == framework)
    word = "gap" if applies else "not applicable"
    yield [Styled(f"{framework} {', '.join(known)}", Style.STRONG), ": ", Styled(word, _LOOK[word])]
    yield "  no rule supports it"


def _control(audit: Audit, one: Control) -> Iterator[Line]:
    yield [Styled(f"{one.framework} {one.article}", Style.STRONG), ": ", Styled(one.state, _LOOK[one.state])]
    yield f"  {one.why}"
    if one.effective_from:
        word = "in force since" if one.in_force else "not yet in force: from"
        yield f"  {word} {one.effective_from}"
    yield f"  mapping {'verified' if one.verified else 'unverified'}; evidence {', '.join(one.evidence) or 'none'}"
    for weakness in one.weaknesses:
        yield ["  ", Styled(weakness, Style.WARNING)]
    places = {each.key: f"{each.path}:{each.line}" for each in audit.objects}
    places |= {made.file: f"rendered for {made.spec}" for made in audit.rendered}
    for mapping in one.mappings:
        yield from _rule(audit.rule(mapping.rule), places, applies=mapping.applies)


def _rule(rule: RuleResult, places: dict[str, str], *, applies: bool) -> Iterator[Line]:
    here = f"{rule.mode}, {rule.evidence}; applied to {rule.judged:,} of {rule.considered:,}"
    yield ["  ", Styled(rule.id, Style.STRONG), f" {rule.title} ({here if applies else 'does not bind here'})"]
    for finding in rule.findings[:_MOST]:
        yield ["  ", *_finding(rule, finding)]
    yield from _kept(rule.kept, places)


def _kept(kept: Iterable[str], places: dict[str, str]) -> Iterator[Line]:
    named = list(kept)
    for key in named[:_MOST]:
        yield ["    ", Styled("keeps it", Style.GOOD), f" {key} ", Styled(f"({places[key]})", Style.DIM)]
    yield from _more(len(named))
