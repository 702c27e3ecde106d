"""Imported before Feast: keeps it from reporting its use, and from talking on our standard streams."""

import logging
import os

os.environ.setdefault("FEAST_USAGE", "False")
logging.getLogger("feast").setLevel(logging.ERROR)
