"""Codes of finding, reading and typing spec files."""

from plimsoll.compiler.codes.code import Code

SOURCES = (
    Code(
        "PLM-SRC-001",
        "a spec file is a link that leaves the project",
        "Specs are what is committed. A symbolic link to a place outside the folder would make the outcome depend "
        "on the machine, and could read a file that nobody reviewed.",
        "copy the file into the project",
        "specs/models/flight-delay.yaml -> /home/me/flight-delay.yaml",
    ),
    Code(
        "PLM-SRC-002",
        "a spec file cannot be read",
        "The system refused to read the file, for the reason that the message gives.",
        "give whoever runs the compiler the right to read it, or remove the broken link",
        "chmod 000 specs/models/flight-delay.yaml",
    ),
    Code(
        "PLM-SRC-003",
        "a spec file is too large",
        "A spec is written by hand; a file of more than 1 MB is data, or an attempt to exhaust the compiler.",
        "split it into one object a file, and keep data out of specs",
        "specs/everything.yaml, 5,000,000 bytes",
    ),
    Code(
        "PLM-SRC-004",
        "a spec file is not UTF-8",
        "YAML is UTF-8 here, with or without a byte-order mark. The message names the first byte that is not.",
        "save the file as UTF-8",
        "a file that an editor saved as UTF-16 or Latin-1",
    ),
    Code(
        "PLM-SRC-005",
        "there are no specs",
        "The folder holds no file that ends in .yaml or .yml, hidden folders aside, so there is nothing to judge. "
        "That is an error, since a check of the wrong folder must not look like a clean one.",
        "name the folder of the specs, or write a first project with plimsoll init",
        "plimsoll check documentation",
    ),
    Code(
        "PLM-SRC-006",
        "what has a spec's name is not a file",
        "A named pipe, a device or a socket ends in .yaml. Reading it could wait for ever, and git does not keep it.",
        "remove it, or leave .yaml off its name",
        "mkfifo specs/models/flight-delay.yaml",
    ),
    Code(
        "PLM-SRC-007",
        "a link to a folder",
        "Links to folders are not entered: they may form a loop, or lead out of the project. No spec behind the link "
        "is read by this path, so a check says nothing about them.",
        "move the folder to where the link is, or leave the link out of the folder of the specs",
        "specs/shared -> ../../platform/specs",
    ),
    Code(
        "PLM-SRC-008",
        "a file name that not every system keeps",
        "The name differs from another one only by case or by how its letters are composed, so that a checkout on "
        "macOS or Windows loses one of the two; or it has a character that cannot be shown.",
        "rename the file",
        "specs/models/delay.yaml beside specs/models/Delay.yaml",
    ),
)

YAML = (
    Code(
        "PLM-YML-001",
        "not YAML",
        "The text cannot be parsed. Tabs that indent, an open quote or bracket, and a missing space after a colon "
        "are the usual causes; the place is where the parser gave up, which may be a line later.",
        "indent with spaces, and close what was opened",
        "metadata:\n\tname: flight-delay",
    ),
    Code(
        "PLM-YML-002",
        "more than is read of one file",
        "The file nests deeper, has more documents or more values, or a longer value or key than anybody writes; or "
        "its aliases expand to that (a YAML bomb); or a value holds itself. The message names the limit. Nothing of "
        "the file is read.",
        "split the file into one object each, keep data out of specs, and write values out instead of nesting aliases",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]    # and so on, doubling each time",
    ),
    Code(
        "PLM-YML-003",
        "a key stands twice",
        "Most readers keep the last of the two without a word, so that a reviewer and a machine may see different "
        "specs.",
        "remove one of them",
        "spec:\n  ttl: 3h\n  ttl: 48h",
    ),
    Code(
        "PLM-YML-004",
        "not a mapping, or a key that is not text",
        "A spec is a mapping with apiVersion, kind, metadata and spec, and all of its keys are text.",
        "begin the document with apiVersion, kind, metadata and spec",
        "- apiVersion: plimsoll.dev/v1",
    ),
    Code(
        "PLM-YML-005",
        "a tag or a directive",
        "Tags ask a reader to build something other than plain values, and directives change what the rest of the "
        "file means. They are not read; %YAML 1.2 alone may stand, since it changes nothing.",
        "remove it; quote a value that is to be text",
        "version: !!str 1",
    ),
    Code(
        "PLM-YML-006",
        "a value that older readers take for another",
        "This compiler reads YAML 1.2, where NO, on and 1:30 are text and 0777 is 777. Readers of YAML 1.1, among "
        "them many tools that may read the same file, take them for a boolean, for 90 or for an octal number. "
        "Norway's country code is the famous victim.",
        "quote it when text is meant; write true, false or the number itself when that is meant",
        "country: NO",
    ),
    Code(
        "PLM-YML-007",
        "a merge key",
        "Merge keys (<<) are not part of YAML 1.2, and hide from a reviewer what a spec says.",
        "write the values out; for what differs between environments, use a deployment's overlay",
        "resources:\n  <<: *small\n  memory: 4Gi",
    ),
    Code(
        "PLM-YML-008",
        "a number that not every reader keeps",
        "Infinity and not-a-number have no form in JSON, and a whole number beyond 64 bits is cut or rounded by most "
        "of what reads the rendered manifests.",
        "write a smaller number, leave the bound away, or quote what is meant as text",
        "expect: {maximum: .inf}",
    ),
    Code(
        "PLM-YML-009",
        "a character that hides what is written",
        "Marks that turn the direction of text show a reviewer another order than a machine reads. The characters "
        "U+0085, U+2028 and U+2029 end a line, and a comment, for some readers only. A byte-order mark inside a file "
        "is not shown at all. Nothing of the file is read.",
        "remove it, or write it as an escape such as \\u2028 in double quotes",
        "# a comment<U+2028>classification: public",
    ),
    Code(
        "PLM-YML-010",
        "more findings than are shown",
        "Of one file no more than 100 findings are told, those that stop the way on first. This note says how many "
        "more there are.",
        "mend those that are shown first, and check again",
        "a file of another kind that ends in .yaml",
    ),
)

TYPES = (
    Code(
        "PLM-TYP-001",
        "not a kind of spec",
        "Every document says its kind: DataSource, FeatureSet, Model, Deployment, Environment, Policy, "
        "PolicyBinding or Waiver.",
        "write one of these kinds, in this spelling",
        "kind: Modle",
    ),
    Code(
        "PLM-TYP-002",
        "another apiVersion",
        "The version of the spec language that the document claims is not one that this compiler reads.",
        "write apiVersion: plimsoll.dev/v1",
        "apiVersion: plimsoll.dev/v2",
    ),
    Code(
        "PLM-TYP-003",
        "an unknown key",
        "Nothing reads the key. A spec that is silently half-read is worse than one that is refused: the misspelt "
        "limit would not hold.",
        "spell it as the hint says, or remove it",
        "spec:\n  trainig:\n    timeout: 30m",
    ),
    Code(
        "PLM-TYP-004",
        "a key is missing",
        "The part of the spec that is underlined needs the key that the message names.",
        "add it",
        "spec:\n  window: {training: 150d}    # evaluation is missing",
    ),
    Code(
        "PLM-TYP-005",
        "a value that does not fit",
        "The value has the wrong type or lies outside what is allowed; the message says what is.",
        "write a value that the message allows",
        "timeout: 30 minutes",
    ),
)
