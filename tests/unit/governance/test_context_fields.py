"""The names of the context's fields, which light code knows, are those of its types."""

from plimsoll.compiler.governance.context import Context
from plimsoll.compiler.governance.fields import CONTEXT, PER_ENVIRONMENT


def test_the_context_has_the_fields_that_rules_are_searched_for() -> None:
    assert {field.alias for field in Context.model_fields.values()} == CONTEXT
    assert PER_ENVIRONMENT < CONTEXT
