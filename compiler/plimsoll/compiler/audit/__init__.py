"""What was checked in an environment, on which objects, with which evidence, and which controls that supports.

specs judged, one environment → verdicts of every rule on every object → the controls that rules name → the document
"""
