"""Areas within which a law lets data move freely."""

EUROPEAN = "EEA"
"""The name of the area that is more than a country."""

EEA = frozenset((
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
))  # fmt: skip
"""The European Economic Area, inside which personal data moves freely (GDPR 1 (3); EEA Joint Committee 154/2018)."""


def country_of(jurisdiction: str) -> str:
    """The country that a law is of: AE for AE-DIFC."""
    return jurisdiction.partition("-")[0]


def area_of(jurisdiction: str) -> str:
    """The area within which data moves freely: EEA, or else the country."""
    country = country_of(jurisdiction)
    return EUROPEAN if country in EEA or country == "EU" else country
