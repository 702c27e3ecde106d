"""Names and texts as SQL."""


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def view_name(source: str) -> str:
    """The name under which SQL sees a source: dashes become underscores."""
    return source.replace("-", "_")
