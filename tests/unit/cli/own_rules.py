"""Rules of a project's own, a binding of all and a waiver of one, as several tests of the command line write them."""

RULE = """\
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: own-%(number)s, owner: compliance@example.org}
spec:
  id: OWN-%(number)s
  title: A name is longer than it was
  severity: %(severity)s
  evidence: declared
  judges: %(judges)s
  rules:
    - expression: %(expression)s
      message: "{object.metadata.name} is short"
      blame: {route: metadata.name}
  rationale: Long names say more than short ones.
  remedy: think of a longer name
---
"""
"""Told its number, severity, what it judges and its expression."""

BINDING = """\
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {name: own, owner: compliance@example.org}
spec: {policies: ["OWN-*"], environments: [local], mode: audit}
---
"""

WAIVER = """\
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: short, owner: ml@example.org}
spec:
  policy: OWN-01
  object: Model/parcels
  reason: it is being agreed on
  ticket: ML-12
  approver: ciso@example.org
  expires: 2999-01-31
"""
