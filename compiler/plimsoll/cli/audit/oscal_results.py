"""What an audit found, as OSCAL's observations, risks and findings."""

from collections.abc import Iterator

from plimsoll.cli.audit.oscal_scope import Scope
from plimsoll.cli.audit.oscal_values import Values, listed, props, token
from plimsoll.compiler.audit.document import Control
from plimsoll.compiler.audit.judged import Finding, RuleResult
from plimsoll.contract.audit import DOCUMENT_FILE

_METHODS = {"declared": "EXAMINE", "rendered": "TEST", "linked": "EXAMINE"}
_REMARKS = {
    "supported": "Checks support this control, and nothing that they found stands. That is all that is said here.",
    "findings": "A check that would support this control has found something.",
    "waived": "Checks would fail without a waiver.",
    "gap": "No check supports this control here. Whether it is met is not known.",
}


class Results:
    """The results of an audit."""

    def __init__(self, scope: Scope) -> None:
        self._scope, self._audit = scope, scope.audit

    def observations(self) -> Iterator[Values]:
        """Of each rule what it looked at, and then each of its findings."""
        for rule in self._scope.rules:
            said = f"{rule.title}. It applied to {rule.judged} of {rule.considered}: {len(rule.kept)} keep it."
            yield self._observation(rule, self._scope.id("rule", rule.id), f"{rule.id} on all objects", said) | {
                "types": ["control-objective"],
                **listed("subjects", self._subjects(rule)),
                "relevant-evidence": self._evidence(rule),
                **({"remarks": f"Not evaluated: {rule.unanswered}"} if rule.unanswered else {}),
            }
        for rule, finding in self._scope.told():
            evidence = {"href": "#" + self._scope.id("source", finding.path), "description": _place(finding)}
            yield self._observation(
                rule, self._scope.finding_id(rule, finding), f"{rule.id}: {finding.object}", finding.message
            ) | {
                "types": ["finding"],
                "subjects": [self._subject(finding.rendered or finding.object)],
                "relevant-evidence": [evidence],
            }

    def _observation(self, rule: RuleResult, uuid: str, title: str, description: str) -> Values:
        properties = ("rule", rule.id), ("evidence", rule.evidence), ("mode", rule.mode), ("severity", rule.severity)
        return {
            "uuid": uuid,
            "title": title,
            "description": description,
            "props": props(*properties),
            "methods": [_METHODS[rule.evidence]],
            "origins": [{"actors": [{"type": "tool", "actor-uuid": self._scope.id("tool")}]}],
            "collected": self._scope.when,
        }

    def _subjects(self, rule: RuleResult) -> list[Values]:
        broken = (one.rendered or one.object for one in rule.findings)
        return [self._subject(key) for key in sorted({*rule.kept, *broken})]

    def _subject(self, key: str) -> Values:
        return {"subject-uuid": self._scope.id("object", key), "type": "inventory-item", "title": key}

    def _evidence(self, rule: RuleResult) -> list[Values]:
        """Where the results of a rule are told; of one that asks for links, also what its objects link to."""
        told = [{"href": DOCUMENT_FILE, "description": f"The results of {rule.id}"}]
        if rule.evidence == "linked":
            judged = {*rule.kept, *(finding.object for finding in rule.findings)}
            for one in self._audit.objects:
                for document in one.documents if one.key in judged else ():
                    href = f"#{self._scope.id('document', one.key, document.name)}"
                    told.append({"href": href, "description": f"{document.name} of {one.key}"})
        return told

    def risk(self, rule: RuleResult, finding: Finding) -> Values:
        """What a finding puts at risk, and how it is mended; open, or approved by a waiver until its end."""
        waiver = next((one for one in self._audit.waivers if one.name == finding.waiver), None)
        facts = [("rule", rule.id), ("severity", rule.severity), ("mode", rule.mode)]
        facts += [("known-since", finding.known)] if finding.known else []
        told: Values = {"status": "open"}
        statement = f"{rule.title}: {finding.message}"
        if waiver is not None:
            facts += [("waiver", waiver.name), ("ticket", waiver.ticket), ("approver", waiver.approver)]
            told = {"status": "deviation-approved", "deadline": f"{waiver.expires}T23:59:59Z"}
            statement = f"{statement} (waived, would fail: {waiver.reason})"
        remedy = {
            "uuid": self._scope.finding_id(rule, finding, "remedy"),
            "lifecycle": "recommendation",
            "title": "Remedy",
            "description": rule.remedy,
        }
        return {
            "uuid": self._scope.finding_id(rule, finding, "risk"),
            "title": f"{rule.id}: {finding.object}",
            "description": finding.message,
            "statement": statement,
            "props": props(*facts),
            **told,
            "remediations": [remedy],
            "related-observations": [{"observation-uuid": self._scope.finding_id(rule, finding)}],
        }

    def finding(self, control: Control) -> Values:
        """What the rules say of a control, as an objective that is satisfied or not."""
        ids = {mapping.rule for mapping in control.mappings if mapping.applies}
        rules = [one for one in self._scope.rules if one.id in ids]
        told = [(rule, finding) for rule in rules for finding in rule.findings]
        observed = [*(self._scope.id("rule", one.id) for one in rules), *(self._scope.finding_id(*one) for one in told)]
        supported = control.state == "supported"
        reason = "pass" if supported else "fail" if control.state == "findings" else "other"
        since = control.effective_from or ""
        return {
            "uuid": self._scope.id("control", control.id),
            "title": f"{control.framework} {control.article}",
            "description": f"{control.why[0].upper()}{control.why[1:]}.",
            "props": props(
                ("state", control.state),
                ("evidence", ", ".join(control.evidence)),
                ("weaknesses", ", ".join(control.weaknesses)),
                ("effective-from", since),
                ("in-force", "yes" if control.in_force else "not yet"),
                ("mapping", "verified" if control.verified else "unverified"),
            ),
            "target": {
                "type": "objective-id",
                "target-id": token(control.id),
                "title": f"{control.framework} {control.article}",
                "status": {"state": "satisfied" if supported else "not-satisfied", "reason": reason},
                "remarks": _REMARKS[control.state],
            },
            **listed("related-observations", ({"observation-uuid": one} for one in observed)),
            **listed("related-risks", ({"risk-uuid": self._scope.finding_id(*one, "risk")} for one in told)),
        }


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}:{finding.column}"
