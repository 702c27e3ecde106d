"""Where the data folders lie that are shipped with the compiler."""

from importlib.resources import files
from pathlib import Path
from typing import Literal

_CHECKOUT = Path(__file__).resolve().parents[3]


def data_root(folder: Literal["templates", "policies"]) -> Path:
    """The folder of templates or policies: the checkout's when there is one, else the wheel's ``plimsoll/_data``.

    Raises:
        FileNotFoundError: when neither exists, which means that the installation is broken.
    """
    checkout = _CHECKOUT / folder
    if (_CHECKOUT / "pyproject.toml").is_file() and checkout.is_dir():
        return checkout
    installed = Path(str(files("plimsoll") / "_data" / folder))
    if not installed.is_dir():
        raise FileNotFoundError(f"neither {checkout} nor {installed} exists")
    return installed
