"""Names and free text: each with a length that no author reaches."""

from typing import Annotated

from pydantic import Field

from plimsoll.compiler.kinds.scalars.spelling import Spelling

Name = Annotated[
    str,
    Spelling(
        r"^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$",
        40,
        "a name has lower-case letters, digits and dashes, begins with a letter, and is at most 40 long",
        ("flight-delay",),
    ),
]

Column = Annotated[
    str,
    Spelling(
        r"^[A-Za-z][A-Za-z0-9_]{0,62}$",
        63,
        "a column has letters, digits and underscores, begins with a letter, and is at most 63 long",
        ("scheduled_departure",),
    ),
]

LabelValue = Annotated[
    str,
    Spelling(
        r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
        63,
        "a label's value has letters, digits, dashes, underscores and dots, and is at most 63 long",
        ("air-traffic",),
    ),
]
"""As Kubernetes has it."""

AnnotationKey = Annotated[
    str,
    Spelling(
        r"^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
        317,
        "an annotation's key is a name, with a domain and a slash before it where it is not one's own",
        ("example.org/cost-note", "runbook"),
    ),
]
"""As Kubernetes has it."""

Identifier = Annotated[
    str,
    Spelling(
        r"^[A-Za-z_][A-Za-z0-9_$-]{0,127}$",
        128,
        "an identifier has letters, digits, underscores, dollars and dashes, and needs no quotes in the engine",
        ("ANALYTICS", "flight_events"),
    ),
]
"""The name of a database, a schema or a table."""

Bucket = Annotated[
    str,
    Spelling(
        r"^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$",
        63,
        "a bucket has lower-case letters, digits, dots and dashes, and is 3 to 63 long",
        ("flight-data",),
    ),
]

Topic = Annotated[
    str,
    Spelling(
        r"^[A-Za-z0-9._-]{1,249}$",
        249,
        "a topic has letters, digits, dots, dashes and underscores",
        ("flights.departures.v1",),
    ),
]

RuleId = Annotated[
    str,
    Spelling(r"^[A-Z]{2,5}-[0-9]{2,3}$", 9, "a rule's id is its group, a dash and a number", ("RES-01",)),
]

RulePattern = Annotated[
    str,
    Spelling(
        r"^[A-Z0-9*?-]{1,20}$",
        20,
        "rules are named by id, by group or all together, with * and ? for what may differ",
        ("RES-01", "RES-*", "*"),
    ),
]

Accelerator = Annotated[
    str,
    Spelling(
        r"^[a-z][a-z0-9]*(-[a-z0-9]+){0,5}$",
        40,
        "a type of GPU is the environment's word for it, in lower case",
        ("h100", "l4", "a100-80gb", "mi300x"),
    ),
]

Licence = Annotated[
    str,
    Spelling(
        r"^[A-Za-z0-9(][A-Za-z0-9.+() -]*$",
        200,
        "a licence is an SPDX identifier or an expression of them",
        ("Apache-2.0", "MIT", "CC-BY-4.0", "LicenseRef-house"),
    ),
]

ClassName = Annotated[
    str,
    Spelling(
        r"^[^ \x00-\x1f\x7f]([^\x00-\x1f\x7f]{0,98}[^ \x00-\x1f\x7f])?$",
        100,
        "a class is text in one line of at most 100 characters, in quotes where it looks like a number",
        ("on-time",),
    ),
]
"""What a label of several classes may be."""

Line = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=1000)]
Prose = Annotated[str, Field(max_length=10_000)]
Contact = Annotated[str, Field(min_length=3, max_length=120, examples=["data-science@example.org"])]
Sql = Annotated[str, Field(min_length=1, max_length=100_000)]
Condition = Annotated[str, Field(min_length=1, max_length=4000)]
