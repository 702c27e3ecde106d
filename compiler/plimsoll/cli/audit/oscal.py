"""An audit as OSCAL assessment results, 1.1.3 (https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/assessment-results/).

OSCAL says of an objective that it is satisfied or not. What is said here as satisfied means that checks support it and
nothing stands against it; all else, a gap or a waiver among it, is said as not satisfied. The remarks say so too.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from plimsoll.cli.views.json_text import json_text
from plimsoll.compiler.audit.document import Audit, Control, Finding, RuleResult, audit_bytes
from plimsoll.contract.audit import DOCUMENT_FILE
from plimsoll.contract.digests import of_bytes

VERSION = "1.1.3"
NAMESPACE = "https://plimsoll.dev/ns/oscal"
"""The namespace of our properties."""

_ROOT = UUID("6c1f4c5e-2f0f-5d4b-8a47-0d6f6f3c1a55")
"""Under which all identifiers are made: version 5, so that the same names give the same ones."""

_METHODS = {"declared": "EXAMINE", "rendered": "TEST", "linked": "EXAMINE"}
_DEPTH = 6

Values = dict[str, Any]


def oscal_text(audit: Audit) -> str:
    """The document. Law: equal audits give equal texts."""
    return json_text({"assessment-results": _Document(audit).values}, _DEPTH)


class _Document:
    """An audit on its way to OSCAL."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        header = audit.header
        self._scope = f"{header.project}/{header.environment}"
        self._when = f"{header.day}T00:00:00Z"

    def _id(self, *names: str) -> str:
        """An identifier: stable from one audit of the environment to the next, for what stays the same."""
        return str(uuid5(_ROOT, "/".join((self._scope, *names))))

    @cached_property
    def _rules(self) -> list[RuleResult]:
        """The rules that something can be said about."""
        return [one for one in self.audit.rules if one.judged or one.unanswered]

    @cached_property
    def _controls(self) -> list[Control]:
        """The controls that bind here."""
        return [one for one in self.audit.controls if one.state != "not applicable"]

    @property
    def values(self) -> Values:
        return {
            "uuid": self._id("document", of_bytes(audit_bytes(self.audit))),
            "metadata": self._metadata(),
            "import-ap": {
                "href": f"#{self._id('plan')}",
                "remarks": "There is no separate plan: the governance rules say what is assessed, and how.",
            },
            "results": [self._result()],
            "back-matter": {"resources": self._resources()},
        }

    def _metadata(self) -> Values:
        header = self.audit.header
        party = {"uuid": self._id("party", header.by), "type": "person", "name": _text(header.by)}
        return {
            "title": f"Audit of {header.environment}, {header.project}",
            "last-modified": self._when,
            "version": header.commit.name if header.commit else header.day,
            "oscal-version": VERSION,
            "props": _props(
                ("environment", header.environment),
                ("jurisdictions", ", ".join(header.jurisdictions)),
                ("release", header.release or ""),
                ("no-release", header.no_release),
                ("catalogue", header.catalogue.digest),
                ("specs", header.specs.digest),
                *(("trouble", one) for one in header.troubles),
                ("uncommitted", ", ".join(header.commit.uncommitted) if header.commit else ""),
            ),
            **({"parties": [party]} if header.by else {}),
            "remarks": self.audit.statement,
        }

    def _result(self) -> Values:
        place, rules = self.audit.header.environment, len(self.audit.rules)
        return {
            "uuid": self._id("result"),
            "title": f"What governance rules say of {place}",
            "description": f"{rules} rules were held against the specs of {place} and what is rendered from them.",
            "start": self._when,
            "end": self._when,
            "props": _props(
                *((name, str(count)) for name, count in self.audit.totals.model_dump(by_alias=True).items())
            ),
            "local-definitions": self._definitions(),
            "reviewed-controls": self._reviewed(),
            **_listed("observations", self._observations()),
            **_listed("risks", (self._risk(*one) for one in self._told())),
            **_listed("findings", map(self._finding, self._controls)),
            "remarks": self.audit.statement,
        }

    def _definitions(self) -> Values:
        tool = self._id("tool")
        component = {
            "uuid": tool,
            "type": "software",
            "title": "Plimsoll",
            "description": "The compiler that judges the specs and what it renders from them.",
            "props": _props(("version", self.audit.header.tool)),
            "status": {"state": "operational"},
        }
        platform = {"uuid": self._id("platform"), "title": "Plimsoll", "uses-components": [{"component-uuid": tool}]}
        return {
            **_listed("inventory-items", self._items()),
            "assessment-assets": {"components": [component], "assessment-platforms": [platform]},
        }

    def _items(self) -> Iterator[Values]:
        for one in self.audit.objects:
            place = ("path", one.path), ("line", str(one.line))
            yield {"uuid": self._id("object", one.key), "description": f"The spec {one.key}", "props": _props(*place)}
        for made in self.audit.rendered:
            props = _props(("file", made.file), ("digest", made.digest), ("spec", made.spec))
            said = f"The rendered object {made.key}"
            yield {"uuid": self._id("object", made.file), "description": said, "props": props}

    def _reviewed(self) -> Values:
        selections = []
        for framework in self.audit.frameworks:
            named = [one for one in self._controls if one.framework == framework.name]
            if named:
                included = [{"control-id": token(one.id)} for one in named]
                selections.append({"description": framework.title, "include-controls": included})
        return {"control-selections": selections or [{"description": "No rule names a control that binds here."}]}

    def _subjects(self, rule: RuleResult) -> list[Values]:
        broken = (one.rendered or one.object for one in rule.findings)
        return [self._subject(key) for key in sorted({*rule.kept, *broken})]

    def _subject(self, key: str) -> Values:
        return {"subject-uuid": self._id("object", key), "type": "inventory-item", "title": key}

    def _observations(self) -> Iterator[Values]:
        """Of each rule what it looked at, and then each of its findings."""
        for rule in self._rules:
            said = f"{rule.title}. It applied to {rule.judged} of {rule.considered}: {len(rule.kept)} keep it."
            yield self._observation(rule, self._id("rule", rule.id), f"{rule.id} on all objects", said) | {
                "types": ["control-objective"],
                **_listed("subjects", self._subjects(rule)),
                "relevant-evidence": self._evidence(rule),
                **({"remarks": f"Not evaluated: {rule.unanswered}"} if rule.unanswered else {}),
            }
        for rule, finding in self._told():
            evidence = {"href": "#" + self._id("source", finding.path), "description": _place(finding)}
            yield self._observation(
                rule, self._finding_id(rule, finding), f"{rule.id}: {finding.object}", finding.message
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
            "props": _props(*properties),
            "methods": [_METHODS[rule.evidence]],
            "origins": [{"actors": [{"type": "tool", "actor-uuid": self._id("tool")}]}],
            "collected": self._when,
        }

    def _told(self) -> Iterator[tuple[RuleResult, Finding]]:
        return ((rule, finding) for rule in self._rules for finding in rule.findings)

    def _finding_id(self, rule: RuleResult, finding: Finding, what: str = "finding") -> str:
        return self._id(what, rule.id, finding.rendered or finding.object, finding.expression, finding.message)

    def _risk(self, rule: RuleResult, finding: Finding) -> Values:
        waiver = next((one for one in self.audit.waivers if one.name == finding.waiver), None)
        facts = [("rule", rule.id), ("severity", rule.severity), ("mode", rule.mode)]
        told: Values = {"status": "open"}
        statement = f"{rule.title}: {finding.message}"
        if waiver is not None:
            facts += [("waiver", waiver.name), ("ticket", waiver.ticket), ("approver", waiver.approver)]
            told = {"status": "deviation-approved", "deadline": f"{waiver.expires}T23:59:59Z"}
            statement = f"{statement} (waived, would fail: {waiver.reason})"
        remedy = {
            "uuid": self._finding_id(rule, finding, "remedy"),
            "lifecycle": "recommendation",
            "title": "Remedy",
            "description": rule.remedy,
        }
        return {
            "uuid": self._finding_id(rule, finding, "risk"),
            "title": f"{rule.id}: {finding.object}",
            "description": finding.message,
            "statement": statement,
            "props": _props(*facts),
            **told,
            "remediations": [remedy],
            "related-observations": [{"observation-uuid": self._finding_id(rule, finding)}],
        }

    def _finding(self, control: Control) -> Values:
        ids = {mapping.rule for mapping in control.mappings if mapping.applies}
        rules = [one for one in self._rules if one.id in ids]
        told = [(rule, finding) for rule in rules for finding in rule.findings]
        observed = [*(self._id("rule", one.id) for one in rules), *(self._finding_id(*one) for one in told)]
        supported = control.state == "supported"
        reason = "pass" if supported else "fail" if control.state == "findings" else "other"
        since = control.effective_from or ""
        return {
            "uuid": self._id("control", control.id),
            "title": f"{control.framework} {control.article}",
            "description": f"{control.why[0].upper()}{control.why[1:]}.",
            "props": _props(
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
            **_listed("related-observations", ({"observation-uuid": one} for one in observed)),
            **_listed("related-risks", ({"risk-uuid": self._finding_id(*one, "risk")} for one in told)),
        }

    def _resources(self) -> list[Values]:
        catalogue = self.audit.header.catalogue
        plan = {
            "uuid": self._id("plan"),
            "title": "Governance rules",
            "description": f"{catalogue.rules} rules; the digest is that of all they say.",
            "props": _props(("digest", catalogue.digest), ("own", ", ".join(catalogue.own))),
        }
        paths = sorted({finding.path for _, finding in self._told()})
        sources = ({"uuid": self._id("source", path), "title": path} for path in paths)
        return [plan, *sources, *self._documents()]

    def _documents(self) -> Iterator[Values]:
        """The documents that specs link to, each once for every spec."""
        for one in self.audit.objects:
            for document in one.documents:
                link: Values = {"href": quote(document.place, safe="/:?=&%~+@,;!$'()*")}
                if document.digest:
                    link["hashes"] = [{"algorithm": "SHA-256", "value": document.digest.removeprefix("sha256:")}]
                facts = ("spec", one.key), ("state", document.state), ("valid-until", document.valid_until or "")
                yield {
                    "uuid": self._id("document", one.key, document.name),
                    "title": f"{document.name} of {one.key}",
                    "description": "Linked evidence; what it says was not looked at.",
                    "props": _props(*facts),
                    "rlinks": [link],
                }

    def _evidence(self, rule: RuleResult) -> list[Values]:
        """Where the results of a rule are told; of one that asks for links, also what its objects link to."""
        told = [{"href": DOCUMENT_FILE, "description": f"The results of {rule.id}"}]
        if rule.evidence == "linked":
            judged = {*rule.kept, *(finding.object for finding in rule.findings)}
            for one in self.audit.objects:
                for document in one.documents if one.key in judged else ():
                    href = f"#{self._id('document', one.key, document.name)}"
                    told.append({"href": href, "description": f"{document.name} of {one.key}"})
        return told


_REMARKS = {
    "supported": "Checks support this control, and nothing that they found stands. That is all that is said here.",
    "findings": "A check that would support this control has found something.",
    "waived": "Checks would fail without a waiver.",
    "gap": "No check supports this control here. Whether it is met is not known.",
}


def token(text: str) -> str:
    """A text as one of OSCAL's tokens, which begin with a letter or an underscore."""
    return text if re.match(r"[a-z_]", text) else f"_{text}"


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}:{finding.column}"


def _text(text: str) -> str:
    """A text on one line, without space around it, as OSCAL's strings are."""
    return " ".join(text.split())


def _props(*pairs: tuple[str, str]) -> list[Values]:
    return [{"name": name, "ns": NAMESPACE, "value": _text(value)} for name, value in pairs if value.strip()]


def _listed(name: str, values: Iterable[Values]) -> Values:
    """A list under its name; OSCAL knows no empty ones."""
    listed = list(values)
    return {name: listed} if listed else {}
