"""The guard of steps: before a step reads any data, it holds the data's labels against the place where it runs.

``check`` judges what specs say, once, and a binding may have made an audit of it. The guard is the second wall: it
holds to the rules RES-01, PRV-13, FLW-08 and PRV-05 of the catalogue whatever binds them, and asks besides whether the
step runs in the region that its request was compiled for.

It does not ask how long data was kept. A row's timestamp says when something was the case, not since when the row lies
here: years may be imported in a day, and an ``as-of`` of the past reads what was true then. No step can tell.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple, get_args

from plimsoll.contract.areas import EUROPEAN, area_of, country_of
from plimsoll.contract.guard import (
    REGION_VARIABLE,
    Classification,
    Guard,
    GuardedPlace,
    GuardedSource,
    GuardRule,
)
from plimsoll.contract.refusal import Refused

_RANKS: tuple[str, ...] = get_args(Classification)
_UAE_REGIONS = frozenset(("me-central-1", "me-dubai-1", "me-abudhabi-1"))
"""Regions in the United Arab Emirates beside those whose names begin with ``uae``, as RES-01 has them."""


class Objection(NamedTuple):
    """Why the data of a source may not be read here."""

    rule: GuardRule
    source: str
    why: str
    mend: str


def hold(guard: Guard, variables: Mapping[str, str], today: date, where: str) -> None:
    """Let a step go on, or refuse.

    Args:
        guard: what the step's request says of the data and the place.
        variables: the environment variables of the step; ``REGION_VARIABLE`` says where it really runs.
        today: in UTC; a waiver holds to the end of its last day.
        where: the path of the request, for the refusal.

    Raises:
        Refused: when it runs elsewhere than it was compiled for, or the place may not have the data.
    """
    region = variables.get(REGION_VARIABLE, guard.place.region)
    names = ", ".join(source.name for source in guard.sources)
    if region != guard.place.region:
        there = f"the step runs in {region!r}" if region else "nothing says in which region the step runs"
        why = f"{there}, and its request was compiled for {guard.place.region}"
        mend = f"run it in {guard.place.environment}'s region, or compile it for an environment in the other"
        mend = mend if region else "see to it that its node bears the label topology.kubernetes.io/region"
        raise Refused(f"data of {names}", where, why, f"{mend}; {REGION_VARIABLE} says where a step runs")
    for found in objections(guard, today):
        raise Refused(f"data of {found.source}", where, f"{found.why} ({found.rule})", found.mend)


def objections(guard: Guard, today: date) -> Iterator[Objection]:
    """Everything that the rules have against the data in the place, but for what is waived on a day.

    Law: what RES-01, PRV-13 or FLW-08 find about a server, and PRV-05 about its model, is objected to, rule by rule
    and source by source, and no more than that.
    """
    place = guard.place
    for source in guard.sources:
        asked = _residency(source, place), _personal(source, place), _cleared(source, place), _purposes(source, guard)
        for found in asked:
            if found is not None and today > guard.waived.get(found.rule, date.min):
                yield found


def _residency(source: GuardedSource, place: GuardedPlace) -> Objection | None:
    if not source.personal_data and source.classification != "restricted":
        return None
    if _is_home(source, place) or _is_transfer(source, place):
        return None
    there = f"{place.environment} is in {place.region} ({place.jurisdiction})"
    why = f"it is under the law of {source.jurisdiction}, and {there}"
    mend = (
        "run it in the data's jurisdiction, declassify what is made of it, or declare the transfer in the data source"
    )
    return Objection("RES-01", source.name, why, mend)


def _is_home(source: GuardedSource, place: GuardedPlace) -> bool:
    """Whether a place is where the law of the data lets it be anyway."""
    if source.jurisdiction.startswith("AE"):
        return place.region.startswith("uae") or place.region in _UAE_REGIONS
    if source.jurisdiction == place.jurisdiction:
        return True
    return area_of(source.jurisdiction) == area_of(place.jurisdiction) == EUROPEAN


def _is_transfer(source: GuardedSource, place: GuardedPlace) -> bool:
    """Whether a transfer is declared to the country of a place; from the UAE there is none to the UAE."""
    country = country_of(place.jurisdiction)
    return country in source.transfers and not (country == "AE" and source.jurisdiction.startswith("AE"))


def _personal(source: GuardedSource, place: GuardedPlace) -> Objection | None:
    refused = [kind for kind in source.personal_data if kind not in place.personal_data]
    told_apart = [kind for kind in source.personal_data if kind != "pseudonymous"]
    if refused:
        admitted = ", ".join(place.personal_data) or "none"
        why = f"it is {' and '.join(refused)} data, and {place.environment} admits {admitted} only"
    elif told_apart and place.stage != "production":
        why = f"it is {' and '.join(told_apart)} data, and {place.environment} isn't production"
    else:
        return None
    return Objection("PRV-13", source.name, why, "run it in an environment that admits such data, or use made-up data")


def _cleared(source: GuardedSource, place: GuardedPlace) -> Objection | None:
    if place.clearance is None or _RANKS.index(source.classification) <= _RANKS.index(place.clearance):
        return None
    why = f"it is {source.classification}, and {place.environment} is cleared for {place.clearance} data at most"
    return Objection("FLW-08", source.name, why, "run it in an environment with a higher clearance")


def _purposes(source: GuardedSource, guard: Guard) -> Objection | None:
    """Whether data about people is used for what it may be used for; nothing of it may be used for no purpose."""
    if not source.personal_data or source.purposes is None:
        return None
    strange = [one for one in guard.purposes if one not in source.purposes]
    if guard.purposes and not strange:
        return None
    allowed = f"{' and '.join(source.purposes)} alone" if source.purposes else "nothing"
    wanted = f"is used for {' and '.join(strange)}" if strange else "the run says no purpose"
    why = f"it may be used for {allowed}, and {wanted}" if strange else f"it is about people, and {wanted}"
    mend = "take the purpose from the model, or have it added where the data is collected, with a basis"
    return Objection("PRV-05", source.name, why, mend if strange else "say the model's purposes in its spec")
