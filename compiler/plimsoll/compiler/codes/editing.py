"""Codes of comments that ask to ignore findings."""

from plimsoll.compiler.codes.code import Code

IGNORES = (
    Code(
        "PLM-IGN-001",
        "a comment for plimsoll that is not understood",
        "The comment begins with plimsoll: and so is meant for this compiler, but it is not of the one form that is "
        "read. Nothing is ignored.",
        "write # plimsoll: ignore[CODE] reason, or begin the comment with another word",
        "jurisdiction: NO  # plimsoll: ignore PLM-YML-006",
    ),
    Code(
        "PLM-IGN-002",
        "an ignore comment without a reason",
        "Who reads the spec next must be able to judge whether the finding may still be left aside. Nothing is "
        "ignored without a reason.",
        "write the reason behind the closing bracket",
        "jurisdiction: NO  # plimsoll: ignore[PLM-YML-006]",
    ),
    Code(
        "PLM-IGN-003",
        "an ignore comment with an unknown code",
        "No finding and no governance rule has the code, so that nothing is ignored.",
        "spell the code as the hint says",
        "jurisdiction: NO  # plimsoll: ignore[PLM-YAML-006] only YAML 1.2 readers see this",
    ),
    Code(
        "PLM-IGN-004",
        "an ignore comment that is not needed",
        "Nothing with the code is found on the line that the comment speaks of: its own or, where it stands alone, "
        "the next one. It would only hide a later finding.",
        "remove the code, or the comment when it has no other",
        "jurisdiction: AE  # plimsoll: ignore[PLM-YML-006] only YAML 1.2 readers see this",
    ),
    Code(
        "PLM-IGN-005",
        "a finding that no comment may ignore",
        "A comment lets warnings and notes be. It never lets an error pass, nor a policy that is denied: that takes "
        "a Waiver, which somebody else approves and which ends on a day. Findings about comments and about rendered "
        "manifests cannot be ignored either.",
        "mend what was found and remove the comment, or have a Waiver approved",
        "ttl: three hours  # plimsoll: ignore[PLM-TYP-005] everybody knows what is meant",
    ),
)

MIGRATION = (
    Code(
        "PLM-MIG-001",
        "a spec that cannot be converted",
        "A value of the older version has no counterpart in the newer one, or a key of each stands in the spec. The "
        "file is left as it is; other files are converted.",
        "mend the value at the underlined place, and migrate again",
        "apiVersion: plimsoll.dev/v1beta1\nkind: FeatureSet\nspec: {ttlSeconds: three hours}",
    ),
    Code(
        "PLM-MIG-002",
        "a spec that cannot be rewritten in place",
        "Every rewritten spec is read again and held against what it should say, comments included. This one would "
        "lose something, so its file is left as it is.",
        "write the spec anew by hand, as the page on migrating shows",
        "apiVersion: plimsoll.dev/v1beta1    # in a layout that ruamel.yaml does not write back as it was",
    ),
)
