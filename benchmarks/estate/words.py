"""What an estate is made up from: what firms do, where they sit, and what they share."""

from typing import NamedTuple


class Measure(NamedTuple):
    """A number that events carry, with its unit and bounds."""

    name: str
    unit: str
    low: float
    high: float


class Domain(NamedTuple):
    """What a team looks after: the things it knows one by one, what happens to them, what it foretells."""

    name: str
    entity: str
    events: tuple[str, ...]
    measures: tuple[Measure, ...]
    targets: tuple[str, ...]
    about_people: bool


class Region(NamedTuple):
    """A place where clusters stand, with its law and the cities whose teams run there."""

    name: str
    jurisdiction: str
    cities: tuple[str, ...]

    @property
    def bloc(self) -> str:
        """Inside a bloc personal data moves freely: the UAE, or the European Economic Area."""
        return "AE" if self.jurisdiction == "AE" else "EEA"


_MONEY = Measure("amount", "EUR", 0, 50_000)
_SPAN = Measure("duration", "minute", 0, 1440)

DOMAINS = (
    Domain("payments", "card", ("checkouts", "refunds", "disputes"), (_MONEY, Measure("fee", "EUR", 0, 500)),
           ("fraud", "dispute", "refund"), True),
    Domain("lending", "borrower", ("loans", "arrears", "limits"), (_MONEY, Measure("balance", "EUR", 0, 250_000)),
           ("default", "arrears", "prepay"), True),
    Domain("claims", "policy", ("claims", "visits", "renewals"), (_MONEY, _SPAN),
           ("lapse", "severity", "review"), True),
    Domain("support", "customer", ("tickets", "calls", "chats"), (_SPAN, Measure("messages", "message", 0, 400)),
           ("churn", "escalate", "repeat"), True),
    Domain("parcels", "depot", ("scans", "routes", "returns"), (_SPAN, Measure("weight", "kilogram", 0, 1000)),
           ("late", "damage", "missort"), False),
    Domain("fleet", "vehicle", ("trips", "stops", "repairs"), (_SPAN, Measure("distance", "kilometre", 0, 3000)),
           ("failure", "delay", "refuel"), False),
    Domain("pricing", "product", ("quotes", "sales", "offers"), (_MONEY, Measure("units", "unit", 0, 10_000)),
           ("demand", "margin", "return"), False),
    Domain("stock", "shelf", ("counts", "orders", "losses"), (Measure("units", "unit", 0, 10_000), _SPAN),
           ("empty", "waste", "reorder"), False),
    Domain("energy", "meter", ("readings", "outages", "tariffs"), (Measure("power", "kilowatt", 0, 5000), _SPAN),
           ("peak", "outage", "theft"), False),
    Domain("machines", "machine", ("cycles", "alarms", "services"), (_SPAN, Measure("heat", "degC", -40, 400)),
           ("failure", "scrap", "wear"), False),
    Domain("network", "site", ("sessions", "faults", "handovers"), (_SPAN, Measure("load", "percent", 0, 100)),
           ("outage", "overload", "drop"), False),
    Domain("flights", "airport", ("departures", "arrivals", "turns"), (_SPAN, Measure("delay", "minute", -120, 1500)),
           ("late", "cancel", "missed"), False),
)  # fmt: skip

REGIONS = (
    Region("me-central-1", "AE", ("dubai", "sharjah")),
    Region("eu-central-1", "DE", ("munich", "berlin")),
    Region("uae-north", "AE", ("ajman", "alain")),
    Region("eu-west-1", "IE", ("dublin", "cork")),
    Region("eu-west-3", "FR", ("paris", "lyon")),
    Region("me-dubai-1", "AE", ("deira", "jumeirah")),
    Region("eu-north-1", "SE", ("malmo", "lund")),
    Region("eu-south-1", "IT", ("milan", "turin")),
)
"""In the order in which a firm grows into them; one region's three environments come with each."""

HUB = ("weather", "holidays", "currencies", "fuel-prices", "inflation", "population", "traffic", "wages", "tariffs")
"""Tables that many teams read, by country and day."""

WINDOWS = {"1d": 1, "7d": 7, "28d": 28, "91d": 91}
STATISTICS = {"mean": "avg", "most": "max", "least": "min", "spread": "stddev_pop"}
"""Names of features, and DuckDB's aggregates that make them."""
