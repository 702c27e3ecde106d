"""For what shows test reports: JUnit's XML on standard output, as Jenkins, GitLab and others read it.

A test case is a file held against a code. One with findings at error level has failed; warnings and notes are told in
its output, as the exit code does not count them either; one whose findings are all waived, ignored or known was
skipped. A file without findings is a case that passed. A verb that was refused or broke down is a case with an error.
There are neither times nor hosts: the same findings give the same report.
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

import re
from collections.abc import Iterator
from itertools import groupby
from xml.etree import ElementTree

from plimsoll.cli.views.advice import advice
from plimsoll.cli.views.collected import Collected, CollectingView, Trouble
from plimsoll.cli.views.order import excuse_of, reason_of, stands, worst_first
from plimsoll.cli.views.paint import safe
from plimsoll.cli.views.places import Places
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even as a reference (https://www.w3.org/TR/xml/#charsets)."""

Element = ElementTree.Element


class JunitView(CollectingView):
    """Files and codes as test cases."""

    def document(self, collected: Collected, _code: int) -> str:
        """The report."""
        findings = collected.findings or Findings(())
        cases = [*map(_of_trouble, collected.troubles), *_cases(collected, findings)]
        if not cases:
            cases.append(_case("plimsoll", "nothing was found"))
        counts = {"tests": len(cases)}
        for word, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            counts[word] = sum(case.find(tag) is not None for case in cases)
        shown = {name: str(number) for name, number in counts.items()}
        suite = ElementTree.Element("testsuite", {"name": "plimsoll", **shown})
        suite.extend(cases)
        del shown["skipped"]
        root = ElementTree.Element("testsuites", {"name": "plimsoll", **shown})
        root.append(suite)
        ElementTree.indent(root)
        text = ElementTree.tostring(root, encoding="us-ascii").decode("ascii")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _cases(collected: Collected, findings: Findings) -> Iterator[Element]:
    """A case for each file and code, and one for each file without findings, by path."""
    places = Places()
    found = [(places.path(findings.file(one.span.path).path), one) for one in collected.diagnostics]
    found.sort(key=lambda pair: (pair[0], pair[1].code))
    by_file = {path: [one for _, one in group] for path, group in groupby(found, key=lambda pair: pair[0])}
    own = (file for file in map(findings.file, findings.files) if not file.built_in)
    passed: dict[str, list[str]] = {}
    for file, name in dict.fromkeys(findings.passed):
        passed.setdefault(places.path(findings.file(file).path), []).append(_clean(name))
    clean = {places.path(file.path) for file in own} - by_file.keys() - passed.keys()
    for path in sorted({*by_file, *clean, *passed}):
        if path in clean:
            yield _case(path, "holds")
        yield from (_case(path, name) for name in passed.get(path, ()))
        for name, group in groupby(sorted(by_file.get(path, ()), key=_name), key=_name):
            yield _of_findings(path, name, worst_first(group))


def _name(one: Diagnostic) -> str:
    """What a finding's test case is called: its code, but where it is about a case that has a name of its own."""
    return dict(one.properties).get("case", one.code)


def _of_findings(path: str, name: str, found: list[Diagnostic]) -> Element:
    """The case of one file and code, or of one named case. The worst finding is the first one."""
    case, worst = _case(path, name), found[0]
    text = "\n\n".join(_told(path, one) for one in found)
    if worst.blocks:
        attributes = {"message": _clean(worst.message), "type": str(worst.severity)}
        ElementTree.SubElement(case, "failure", attributes).text = text
    elif stands(worst):
        ElementTree.SubElement(case, "system-out").text = text
    else:
        message = f"{excuse_of(worst)}: {worst.waived or worst.ignored or reason_of(worst)}"
        ElementTree.SubElement(case, "skipped", {"message": _clean(message)})
        ElementTree.SubElement(case, "system-out").text = text
    return case


def _told(path: str, one: Diagnostic) -> str:
    words = (
        (f"{path}:{one.span.line}:{one.span.column}: {one.severity}", one.message),
        ("waived because", one.waived),
        ("ignored because", one.ignored),
        ("note", one.note),
        ("help", advice(one)),
    )
    return "\n".join(_clean(f"{word}: {text}") for word, text in words if text)


def _of_trouble(one: Trouble) -> Element:
    case = _case("plimsoll", one.what)
    attributes = {"message": _clean(one.sentence), "type": "refused" if one.where else "unavailable"}
    ElementTree.SubElement(case, "error", attributes).text = "\n".join(map(_clean, one.details.splitlines()))
    return case


def _case(path: str, name: str) -> Element:
    return ElementTree.Element("testcase", {"classname": _clean(path), "name": _clean(name)})


def _clean(text: str) -> str:
    """A text on one line, without what steers a terminal and without what XML may not hold."""
    return _ILLEGAL.sub("\ufffd", safe(" ".join(text.splitlines())))
