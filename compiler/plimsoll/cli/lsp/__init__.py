"""``plimsoll lsp``: the language server.

``sketch`` says what stands at a cursor, even in a text that is no YAML; ``index`` knows every spec's name and
references; ``analysis`` finds what ``plimsoll check`` would find. The other modules answer one kind of request each and
know nothing of the wire; ``server`` is the wire.
"""
