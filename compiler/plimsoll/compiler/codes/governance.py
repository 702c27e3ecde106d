"""Codes of rules, bindings and waivers themselves. A rule's own findings bear its id, such as PLM-RES-01."""

from plimsoll.compiler.codes.code import Code

GOVERNANCE = (
    Code(
        "PLM-GOV-001",
        "a policy that cannot be used",
        "An expression of the policy does not fit the kind that it judges: it names a field that does not exist, "
        "compares what cannot be compared, is not a condition, is nested too deep, or may make a value without end. "
        "Policies are checked before anything is judged by them.",
        "mend the expression at the underlined place",
        "expression: object.spec.quotas.cpu == '4'    # the field is called quota",
    ),
    Code(
        "PLM-GOV-002",
        "one id, two policies",
        "Bindings and waivers name rules by id, so an id must mean one rule.",
        "give one of them another id",
        "two policies with id: SEC-07",
    ),
    Code(
        "PLM-GOV-003",
        "a binding that names no rule",
        "A pattern of the binding matches no rule, so that it enforces nothing, most likely because it is misspelt.",
        "spell the pattern as the hint says",
        "policies: [SEX-*]",
    ),
    Code(
        "PLM-GOV-004",
        "a waiver for nothing",
        "The waiver names a rule or an object that does not exist.",
        "mend the name, or remove the waiver",
        "object: Environment/stagin",
    ),
    Code(
        "PLM-GOV-005",
        "an expired waiver",
        "The last day of the waiver has passed. It no longer counts, and what it let stand is a finding again.",
        "mend the finding, or have the waiver renewed; remove it when it is no longer needed",
        "expires: 2020-01-31",
    ),
    Code(
        "PLM-GOV-006",
        "a waiver that is not needed",
        "The rule finds nothing about the object, so that the waiver would only hide a later finding.",
        "remove it",
        "a waiver that was left behind after the finding was mended",
    ),
    Code(
        "PLM-GOV-007",
        "a waiver expires soon",
        "The waiver still counts, but not for long.",
        "mend the finding before that day",
        "expires: in twenty days",
    ),
    Code(
        "PLM-GOV-008",
        "a waiver approved by its author",
        "Whoever asks to pass a rule must not be who allows it. The approver is the waiver's owner, or wrote one of "
        "its lines last, as git blame and .mailmap have it; what is not committed is by whoever would commit it. The "
        "waiver does not count. Where history is missing, as in a shallow clone, nobody can tell, and a warning says "
        "so.",
        "have somebody else approve it, or fetch the whole history: git fetch --unshallow",
        "metadata: {owner: me@example.org}\nspec: {approver: me@example.org}",
    ),
    Code(
        "PLM-GOV-009",
        "a policy takes the place of the catalogue's",
        "The project, or its company, has a policy with the id of a rule that ships with Plimsoll. It counts in the "
        "place of that; this note says so, so that it is never done unseen.",
        "nothing, when it is meant; else choose another id",
        "kind: Policy\nspec: {id: SEC-07}",
    ),
    Code(
        "PLM-GOV-010",
        "a rule that has no answer",
        "An expression of the rule had no value for this object, most often since it reads a field that is "
        "absent. Nobody knows whether the rule is kept, so it counts as not kept, and cannot be waived.",
        "ask for the field with has() before reading it",
        "expression: object.spec.budget.rates.gpuHour['h100'] < 20.0    # no rate for h100",
    ),
)
