"""What Kubernetes' quantities amount to."""

_BINARY = {"Ki": 2**-20, "Mi": 2**-10, "Gi": 1.0, "Ti": 2.0**10}


def cores(quantity: str) -> float:
    """A CPU quantity, such as ``500m`` or ``2``, in cores."""
    return int(quantity[:-1]) / 1000 if quantity.endswith("m") else float(quantity)


def gibibytes(quantity: str) -> float:
    """A memory quantity, such as ``512Mi`` or ``2Gi``, in GiB."""
    return int(quantity[:-2]) * _BINARY[quantity[-2:]]
