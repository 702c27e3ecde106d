"""Codes of the cases that rules are tested by: ``plimsoll policy test``."""

from plimsoll.compiler.codes.code import Code

FIXTURES = (
    Code(
        "PLM-TST-001",
        "a case that is not as it says",
        "A case beside a rule expects findings that the rule does not have, or the rule has others; or it patches what "
        "the estate does not have, or cannot be read. A passing case also fails where the rule applies to nothing in "
        "it, since it then shows nothing. Findings are compared whole: the object, the route that is blamed, the "
        "message.",
        "mend the rule, or the case when it is the case that is wrong",
        "expect: [{object: Model/parcels, at: spec.format, message: a message that the rule no longer gives}]",
    ),
    Code(
        "PLM-TST-002",
        "a rule without a fixture",
        "Beside each rule lie pass.yaml, with cases that keep it, and fail.yaml, with cases that break it. A rule that "
        "was never seen to fail may be unable to; one that was never seen to pass may stop everything.",
        "write the file that is missing, with one case at least",
        "company/own/OWN-01/ with policy.yaml and pass.yaml, and no fail.yaml",
    ),
    Code(
        "PLM-TST-003",
        "a change of a rule that no case notices",
        "``plimsoll policy test --mutate`` changes each expression of a rule a little: an operator becomes another, a "
        "part is dropped, a text or a number is another, a list lacks one of its elements. A change that gives every "
        "case the same verdict shows what the cases don't hold: somebody could make it by mistake, and no test would "
        "fail.",
        "add a case that tells the two apart, or make the rule simpler",
        "object.spec.retention <= 2555, and no case with a retention of 2555d",
    ),
)
