"""SourceFile → Document: YAML values together with the place of every one of them."""
