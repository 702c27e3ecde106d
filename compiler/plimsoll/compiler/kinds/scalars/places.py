"""Places of this world: countries, jurisdictions, regions, time zones, and the currencies that are paid there."""

from functools import lru_cache
from typing import Annotated

from plimsoll.compiler.kinds.scalars.spelling import Spelling, nearest

_SAID = {
    "UK": "GB",
    "UAE": "AE",
    "KSA": "SA",
    "USA": "US",
    "EL": "GR",
}
"""What people write for a country although its code is another."""


def _countries() -> tuple[str, ...]:
    from plimsoll.compiler.kinds.scalars.country_table import NAMES

    return tuple(NAMES)


def _currencies() -> tuple[str, ...]:
    from plimsoll.compiler.kinds.scalars.currency_table import CODES

    return CODES


@lru_cache(maxsize=512)
def country(code: str) -> str:
    """A country's code, as it was written.

    Raises:
        ValueError: when no country has it; the message says which one may be meant.
    """
    from plimsoll.compiler.kinds.scalars.country_table import NAMES

    if code in NAMES:
        return code
    meant = _SAID.get(code.upper()) or (code.upper() if code.upper() in NAMES else _by_name(code))
    hint = f"; did you mean {meant} ({NAMES[meant]})?" if meant else "; Germany is DE, the United Arab Emirates are AE"
    raise ValueError(f"no country has the code {code} in ISO 3166-1 alpha-2{hint}")


def _by_name(text: str) -> str:
    from plimsoll.compiler.kinds.scalars.country_table import NAMES

    codes = {name: code for code, name in NAMES.items()}
    return codes.get(nearest(text, tuple(codes)), "") if len(text) > 3 else ""


def _jurisdiction(value: str) -> str:
    state, _, _ = value.partition("-")
    if state != "EU":
        country(state)
    return value


@lru_cache(maxsize=512)
def _currency(value: str) -> str:
    from plimsoll.compiler.kinds.scalars.currency_table import CODES

    if value not in CODES:
        near = nearest(value, CODES)
        hint = f"did you mean {near}?" if near else "the dirham is AED, the euro EUR"
        raise ValueError(f"no currency has the code {value} in ISO 4217; {hint}")
    return value


@lru_cache(maxsize=512)
def _time_zone(value: str) -> str:
    from plimsoll.compiler.kinds.scalars.zone_table import NAMES

    if value not in NAMES:
        near = nearest(value, tuple(sorted(NAMES)))
        hint = f"did you mean {near}?" if near else "a zone is an area and a city, such as Asia/Dubai, or Etc/UTC"
        raise ValueError(f"the IANA database has no time zone {value}; {hint}")
    return value


Country = Annotated[
    str,
    Spelling(
        r"^[A-Za-z ]{2,60}$",
        60,
        "a country is its code of two letters in ISO 3166-1",
        ("AE", "DE"),
        country,
        _countries,
    ),
]

Jurisdiction = Annotated[
    str,
    Spelling(
        r"^[A-Z]{2}(-[A-Z]{2,8})?$",
        11,
        "a jurisdiction is a country's code of two letters, or EU, and may name a free zone with a law of its own",
        ("AE", "AE-DIFC", "EU"),
        _jurisdiction,
    ),
]

Region = Annotated[
    str,
    Spelling(
        r"^[a-z][a-z0-9-]{1,30}$",
        31,
        "a region is a cloud's name for it, or that of a site, in lower case",
        ("me-central-1", "uaenorth", "europe-west4", "abu-dhabi-1"),
    ),
]

TimeZone = Annotated[
    str,
    Spelling(
        r"^[A-Za-z0-9_+/-]{1,40}$",
        40,
        "a time zone is a name of the IANA database",
        ("Asia/Dubai", "Etc/UTC", "Europe/Berlin"),
        _time_zone,
    ),
]

Currency = Annotated[
    str,
    Spelling(
        r"^[A-Z]{3}$",
        3,
        "a currency is its code of three letters in ISO 4217",
        ("AED", "EUR", "USD"),
        _currency,
        _currencies,
    ),
]
