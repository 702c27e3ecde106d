"""A column of moments reaches a model as seconds since 1970, whoever brings it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Examples, FeatureColumn, Table
from plimsoll.runtime.models.loading import Scorer
from plimsoll.runtime.serving.asked import columns_of
from plimsoll.runtime.serving.replay import request_body

DUE = datetime(2026, 5, 1, 12, 30, 0, 500_000, tzinfo=UTC)
COLUMNS = {"due": FeatureColumn(type="timestamp")}
BILLS = Table(name="bills", path="bills.parquet", timestamp="sent_at", columns={"due": "timestamp"})
EXAMPLES = Examples(
    table=BILLS, id="bill", timestamp="sent_at", columns=COLUMNS, keys=(), label="late", label_sql="x", label_delay=0
)
MOMENTS: dict[str, Any] = {
    "Python": [DUE, None],
    "pandas, from a parquet file": pa.array([DUE, None], pa.timestamp("us", "UTC")).to_pandas(),
    "pandas, by nanoseconds": pd.Series([DUE, None], dtype="datetime64[ns, UTC]"),
    "pandas, in a zone": pd.Series([DUE, None], dtype="datetime64[us, UTC]").dt.tz_convert("Asia/Dubai"),
    "Arrow": pa.array([DUE, None], pa.timestamp("us", "UTC")),
}


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    """A model that answers with the days that have passed since 1970, and with none where no moment is given."""
    days = make_pipeline(SimpleImputer(strategy="constant", fill_value=0.0), LinearRegression())
    days.fit(pd.DataFrame({"due": [0.0, 86_400.0 * 40_000]}), [0.0, 40_000.0])
    return Scorer(days, {"due": "timestamp"}, classifies=False)


@pytest.mark.parametrize("form", MOMENTS)
def test_a_model_is_given_the_same_seconds_in_every_form(scorer: Scorer, form: str) -> None:
    assert scorer.score({"due": MOMENTS[form]}) == pytest.approx([DUE.timestamp() / 86_400, 0.0])


def test_what_a_replay_sends_is_what_the_table_holds() -> None:
    body = json.loads(request_body([{"bill": 1, "due": DUE}, {"bill": 2, "due": None}]))
    assert columns_of(body["dataframe_records"], EXAMPLES) == {"due": [DUE, None]}


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    there = DUE.astimezone(timezone(timedelta(hours=4))).isoformat()
    assert columns_of([{"due": there}], EXAMPLES) == {"due": [DUE]}


@pytest.mark.parametrize("due", ["soon", "2026-05-01T12:00:00", 1777638600, True, ["2026-05-01T12:00:00Z"]])
def test_what_is_no_moment_is_refused(due: Any) -> None:
    with pytest.raises(Refused, match="'due' is declared as timestamp and is") as refused:
        columns_of([{"due": DUE.isoformat()}, {"due": due}], EXAMPLES)
    assert refused.value.where == "row 1"
    assert "2026-05-01T12:00:00Z" in refused.value.mend
