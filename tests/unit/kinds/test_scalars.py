"""Scalars take what they should, and say what they are when they do not."""

import pickle
import random
import zoneinfo
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from plimsoll.compiler.kinds import scalars
from plimsoll.compiler.kinds.policy import ObjectKey, RoutePath
from plimsoll.compiler.kinds.scalars import Reference, Spelling
from plimsoll.compiler.kinds.scalars.country_table import NAMES as COUNTRIES
from plimsoll.compiler.kinds.scalars.currency_table import CODES as CURRENCIES
from plimsoll.compiler.kinds.scalars.zone_table import NAMES as ZONES
from plimsoll.compiler.project.cron import runs_a_month
from plimsoll.compiler.versions import Requirement, precedence


def message(scalar: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(scalar).validate_python(value)
    assert len(caught.value.errors()) == 1
    return caught.value.errors()[0]["msg"].removeprefix("Value error, ")


def read(scalar: Any, value: object) -> Any:
    return TypeAdapter(scalar).validate_python(value)


SPELLINGS = [
    (scalar, part)
    for scalar in [*(getattr(scalars, name) for name in scalars.__all__), ObjectKey, RoutePath]
    for part in getattr(scalar, "__metadata__", ())
    if isinstance(part, Spelling)
]


@pytest.mark.parametrize(("scalar", "spelling"), SPELLINGS, ids=lambda one: getattr(one, "says", ""))
def test_every_example_has_the_spelling(scalar: Any, spelling: Spelling) -> None:
    assert [read(scalar, example) for example in spelling.examples] == list(spelling.examples)


@pytest.mark.parametrize(("scalar", "spelling"), SPELLINGS, ids=lambda one: getattr(one, "says", ""))
def test_every_spelling_says_what_it_is_and_shows_one(scalar: Any, spelling: Spelling) -> None:
    assert spelling.examples[0] in message(scalar, "\0")
    assert "{" not in spelling.says


def test_there_are_spellings() -> None:
    assert len(SPELLINGS) > 20


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0 25 * * *", "the hour is 0–23, not 25"),
        ("60 * * * *", "the minute is 0–59, not 60"),
        ("0 0 0 * *", "the day of the month is 1–31, not 0"),
        ("0 0 * 13 *", "the month is 1–12, or JAN–DEC, not 13"),
        ("0 0 * * 7", "the day of the week is 0–6, or SUN–SAT, not 7"),
        ("0 0 * * FUNDAY", "the day of the week 'FUNDAY' is not a value, a range or a step, such as * or 1-5 or */2"),
        ("0 5-3 * * *", "the hour '5-3' ends before it begins"),
        ("*/0 * * * *", "the step of the minute '*/0' is 0; it is 1–59"),
        ("0 0 31 2,4 *", "the schedule never comes round: no month that it names has a day 31"),
        ("0 0 30 FEB *", "the schedule never comes round: no month that it names has a day 30"),
    ],
)
def test_a_schedule_says_which_field_is_wrong(written: str, why: str) -> None:
    assert message(scalars.Cron, written) == why


@pytest.mark.parametrize("written", ["@daily", "0 3 * *", "0 3 * * * *", "", 5])
def test_a_schedule_has_five_fields(written: object) -> None:
    assert message(scalars.Cron, written).startswith("a schedule has five fields")


_FIELDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]


@given(st.tuples(*(st.integers(low - 3, high + 3) for low, high in _FIELDS)))
def test_a_schedule_of_numbers_is_read_when_each_is_in_its_range(numbers: tuple[int, ...]) -> None:
    written = " ".join(map(str, numbers))
    inside = all(low <= number <= high for number, (low, high) in zip(numbers, _FIELDS, strict=True))
    assert inside == (TypeAdapter(scalars.Cron).validate_python(written) == written if inside else False)
    if not inside:
        assert "not" in message(scalars.Cron, written)


@given(
    st.sampled_from(["*", "*/7", "0", "1,2", "1-3", "2-6/2"]),
    st.sampled_from(["*", "28", "31", "30-31"]),
    st.sampled_from(["*", "2", "FEB", "4-6", "jan,feb"]),
    st.sampled_from(["*", "MON-FRI", "0"]),
)
def test_a_schedule_is_refused_when_it_never_runs(hour: str, day: str, month: str, weekday: str) -> None:
    written = f"0 {hour} {day} {month} {weekday}"
    if runs_a_month(written) > 0:
        assert read(scalars.Cron, written) == written
    else:
        assert "never comes round" in message(scalars.Cron, written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("UK", "GB (Britain (UK))"), ("ae", "AE (United Arab Emirates)"), ("UAE", "AE"), ("Germany", "DE (Germany)")],
)
def test_a_country_that_is_none_says_which_is_meant(written: str, meant: str) -> None:
    assert f"no country has the code {written} in ISO 3166-1 alpha-2; did you mean {meant}" in message(
        scalars.Country, written
    )


def test_there_are_249_countries() -> None:
    assert len(COUNTRIES) == 249
    assert list(COUNTRIES) == sorted(COUNTRIES)
    assert "no country has the code XX" in message(scalars.Country, "XX")


def test_a_jurisdiction_is_a_country_or_part_of_one() -> None:
    assert [read(scalars.Jurisdiction, one) for one in ("AE", "AE-ADGM", "EU")] == ["AE", "AE-ADGM", "EU"]
    assert "no country has the code UK" in message(scalars.Jurisdiction, "UK-LAW")


def test_currencies_are_those_of_today() -> None:
    assert list(CURRENCIES) == sorted(set(CURRENCIES))
    assert message(scalars.Currency, "AEX") == "no currency has the code AEX in ISO 4217; did you mean AED?"
    assert "such as AED" in message(scalars.Currency, "dirham")


def test_time_zones_are_those_of_the_database() -> None:
    assert zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"} <= ZONES
    assert message(scalars.TimeZone, "asia/dubay").endswith("did you mean Asia/Dubai?")
    assert "such as Asia/Dubai" in message(scalars.TimeZone, "Asia/Dubai\n")


@pytest.mark.parametrize("written", ["30 minutes", "1.5h", 90, "-3d", "h", None])
def test_a_duration_says_how_it_is_written(written: object) -> None:
    assert message(scalars.Seconds, written) == "a duration is a whole number and a unit, such as 30s, 5m, 3h, 7d or 2w"


def test_durations_have_bounds() -> None:
    assert (read(scalars.Seconds, "0s"), read(scalars.Timeout, "1m"), read(scalars.Days, "2w")) == (0, 60, 14)
    assert message(scalars.Seconds, "999999999w") == "a duration is at most a hundred years, 36525d"
    assert message(scalars.Timeout, "0h") == "this duration cannot be nothing; give at least 1s"
    assert message(scalars.Days, "36h").startswith("a window is a whole number of days")


def test_quantities() -> None:
    assert [read(scalars.Cpu, one) for one in ("500m", 2, 0.5, "1.25")] == ["500m", "2", "0.5", "1.25"]
    assert message(scalars.Cpu, "0m") == "a CPU quantity cannot be nothing; give at least 1m, a thousandth of a core"
    assert "such as 500m" in message(scalars.Cpu, True)
    assert "such as 512Mi" in message(scalars.Memory, "4GB")


def test_a_day_is_a_day() -> None:
    assert read(scalars.Day, "2028-02-29") == date(2028, 2, 29)
    assert message(scalars.Day, "2027-02-29").startswith("this day is not in the calendar")
    for other in (20270101, "01.02.2027", "2027-1-1", None):
        assert message(scalars.Day, other) == "a day is YYYY-MM-DD, such as 2027-06-30"


@pytest.mark.parametrize("written", ["3", "true", True, 2.5])
def test_what_looks_like_a_number_is_none(written: object) -> None:
    with pytest.raises(ValidationError):
        read(scalars.Whole, written)


VERSIONS = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"]
VERSIONS += ["1.0.0-rc.1", "1.0.0", "1.0.1", "1.1.0", "1.10.0", "2.0.0-1", "2.0.0"]


def test_versions_come_in_the_order_of_the_standard() -> None:
    """The example of Semantic Versioning 2.0.0, rule 11, and a little more."""
    shuffled = random.Random(7).sample(VERSIONS, len(VERSIONS))
    assert sorted(shuffled, key=precedence) == VERSIONS


@pytest.mark.parametrize(
    ("wanted", "will_do", "will_not"),
    [
        ("1", ["1.0.0", "1.9.3"], ["0.9.0", "2.0.0", "2.0.0-rc.1", "1.0.0-rc.1"]),
        ("1.2", ["1.2.0", "1.3.0", "1.10.0"], ["1.1.9", "2.0.0", "1.2.0-rc.1"]),
        ("1.2.3", ["1.2.3", "1.4.0"], ["1.2.2", "2.0.0"]),
        ("0", ["0.0.1", "0.9.0"], ["1.0.0"]),
        ("0.3", ["0.3.0", "0.3.9"], ["0.2.9", "0.4.0", "1.0.0"]),
    ],
)
def test_a_version_is_compatible_or_not(wanted: str, will_do: list[str], will_not: list[str]) -> None:
    requirement = Requirement(wanted)
    assert [one for one in [*will_do, *will_not] if requirement.allows(one)] == will_do


@pytest.mark.parametrize("written", ["flights", "flights@1", "flights@1.2", "flights@0.3.1"])
def test_a_reference_is_its_name(written: str) -> None:
    made = read(Reference, written)
    assert made == "flights"
    assert {"flights": 1}[made] == 1
    assert made.written == written
    assert (type(str(made)), TypeAdapter(Reference).dump_python(made, mode="json")) == (str, "flights")
    for again in (pickle.loads(pickle.dumps(made)), read(Reference, made)):
        assert (again, again.written, again.version) == (made, written, made.version)


@pytest.mark.parametrize("written", ["Flights", "flights@", "flights@v1", "flights@1.2.3.4", "flights@01", "@1", 7])
def test_a_reference_says_how_it_is_written(written: object) -> None:
    assert "such as flights" in message(Reference, written)
