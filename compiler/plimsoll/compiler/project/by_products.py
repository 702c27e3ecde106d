"""What lies in a folder of code and is no part of it."""


def is_by_product(path: str) -> bool:
    """Whether a file below a folder of code is hidden, or was left there by Python."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.split("/")) or path.endswith(".pyc")
