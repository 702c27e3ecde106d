"""What ``plimsoll policy`` does, one module an action; ``verbs/policy.py`` has the table of them."""
