import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType, FeatureColumn, FeatureSetRequest, Table
from plimsoll.runtime.features.build import build_feature_table


def _with_sql(request: FeatureSetRequest, sql: str) -> FeatureSetRequest:
    return request.model_copy(update={"sql": sql})


def _with_source_columns(request: FeatureSetRequest, **columns: str) -> FeatureSetRequest:
    source = request.sources[0]
    changed = source.model_copy(update={"columns": {**source.columns, **columns}})
    return request.model_copy(update={"sources": (changed, *request.sources[1:])})


def test_a_real_month_is_built_in_declared_columns_and_order(
    weather: FeatureSetRequest, data: Path, tmp_path: Path
) -> None:
    done: list[tuple[int, int]] = []
    progress = lambda *part: done.append(part)  # noqa: E731
    built = build_feature_table(weather, data, tmp_path / "deep" / "weather.parquet", progress=progress)
    assert done == [(number, 4) for number in range(5)]
    table = pq.read_table(tmp_path / "deep" / "weather.parquet")
    source = pq.read_table(data / "weather.parquet")
    assert table.column_names == ["origin", "observed", "temp", "wind_speed", "visib"]
    assert table.schema.field("observed").type == pa.timestamp("us", tz="UTC")
    assert built.rows == table.num_rows == source.num_rows
    assert built.digest == digests.of_file(tmp_path / "deep" / "weather.parquet")
    assert built.first == min(source["time_hour"].to_pylist())
    assert built.last == max(source["time_hour"].to_pylist())
    assert table.equals(table.sort_by([("observed", "ascending"), ("origin", "ascending")]))


def test_equal_input_gives_equal_bytes(carrier: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    """Sums of fractions over many row groups: two threads would add them in an order of their own each time."""
    fractions = carrier.sql.replace("avg(dep_delay)", "sum(ln(distance) + dep_delay / 7)").replace("'day'", "'month'")
    built = {build_feature_table(_with_sql(carrier, fractions), data, tmp_path / f"{n}.parquet") for n in range(6)}
    assert len({table.digest for table in built}) == 1


def test_bytes_do_not_depend_on_the_order_of_the_result(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    backwards = _with_sql(weather, weather.sql + " ORDER BY observed DESC, temp")
    one = build_feature_table(weather, data, tmp_path / "one.parquet")
    two = build_feature_table(backwards, data, tmp_path / "two.parquet")
    assert one.digest == two.digest


def test_nothing_is_left_beside_the_table(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    build_feature_table(weather, data, tmp_path / "weather.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["weather.parquet"]


def test_a_refused_build_keeps_the_former_table(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    destination = tmp_path / "weather.parquet"
    before = build_feature_table(weather, data, destination).digest
    with pytest.raises(Refused):
        build_feature_table(_with_sql(weather, "SELECT 1"), data, destination)
    assert digests.of_file(destination) == before


def test_a_missing_source_column_is_named(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="column 'gust' is declared as float and is missing") as refused:
        build_feature_table(_with_source_columns(weather, gust="float"), data, tmp_path / "t.parquet")
    assert refused.value.what == "data source 'weather-hourly'"
    assert refused.value.where == "weather.parquet"


def test_a_source_column_of_another_type_is_named_with_both_types(
    weather: FeatureSetRequest, data: Path, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=r"column 'temp' is declared as string \(string\) and is double"):
        build_feature_table(_with_source_columns(weather, temp="string"), data, tmp_path / "t.parquet")


@pytest.mark.parametrize(
    ("found", "mend"),
    [
        (pa.timestamp("ns", tz="UTC"), r"\.dt\.as_unit\('us'\)"),
        (pa.timestamp("us"), r"\.dt\.as_unit\('us'\)"),
        (pa.date32(), "declare it as date"),
    ],
)
def test_a_source_timestamp_that_is_no_microsecond_instant_is_refused(
    weather: FeatureSetRequest, data: Path, tmp_path: Path, found: pa.DataType, mend: str
) -> None:
    source = pq.read_table(data / "weather.parquet")
    at = source.column_names.index("time_hour")
    pq.write_table(
        source.set_column(at, "time_hour", source["time_hour"].cast(found, safe=False)), tmp_path / "weather.parquet"
    )
    with pytest.raises(Refused, match=rf"column 'time_hour' is declared as timestamp .*, which .*{mend}"):
        build_feature_table(weather, tmp_path, tmp_path / "t.parquet")


def test_a_narrower_source_column_is_widened(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    source = pq.read_table(data / "weather.parquet")
    at = source.column_names.index("visib")
    pq.write_table(source.set_column(at, "visib", source["visib"].cast(pa.float32())), tmp_path / "weather.parquet")
    build_feature_table(weather, tmp_path, tmp_path / "t.parquet")
    assert pq.read_schema(tmp_path / "t.parquet").field("visib").type == pa.float64()


def test_a_missing_file_is_refused(weather: FeatureSetRequest, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such file below the data root"):
        build_feature_table(weather, tmp_path, tmp_path / "t.parquet")


@pytest.mark.parametrize("path", ["../weather.parquet", "/weather.parquet", "a/../../weather.parquet"])
def test_a_path_that_leaves_the_data_root_is_refused(
    weather: FeatureSetRequest, data: Path, tmp_path: Path, path: str
) -> None:
    source = weather.sources[0].model_copy(update={"path": path})
    with pytest.raises(Refused, match="leaves the data root"):
        build_feature_table(weather.model_copy(update={"sources": (source,)}), data, tmp_path / "t.parquet")


def test_a_file_that_is_not_parquet_is_refused(weather: FeatureSetRequest, tmp_path: Path) -> None:
    (tmp_path / "weather.parquet").write_text("origin,temp\n")
    with pytest.raises(Refused, match=r"not a parquet file(?s:.*)to_parquet"):
        build_feature_table(weather, tmp_path, tmp_path / "t.parquet")


def test_a_sql_error_carries_duckdbs_message_and_the_line(
    weather: FeatureSetRequest, data: Path, tmp_path: Path
) -> None:
    broken = _with_sql(weather, "SELECT origin, time_hour AS observed,\n  temp, wind, visib\nFROM weather_hourly")
    with pytest.raises(Refused, match='Referenced column "wind" not found') as refused:
        build_feature_table(broken, data, tmp_path / "t.parquet")
    assert refused.value.where == "its SQL, line 2"


def test_a_syntax_error_carries_the_line(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="syntax error") as refused:
        build_feature_table(_with_sql(weather, "SELECT origin\nFORM weather_hourly x y"), data, tmp_path / "t.parquet")
    assert refused.value.where == "its SQL, line 2"


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "DROP VIEW weather_hourly",
        "COPY weather_hourly TO 'out.csv'",
        "SET threads = 2",
    ],
)
def test_anything_but_one_select_is_refused(weather: FeatureSetRequest, data: Path, tmp_path: Path, sql: str) -> None:
    with pytest.raises(Refused, match="must be one SELECT"):
        build_feature_table(_with_sql(weather, sql), data, tmp_path / "t.parquet")


@pytest.mark.parametrize(
    "relation",
    [
        "read_csv('{outside}/secret.csv')",
        "read_text('{outside}/*')",
        "glob('{outside}/*')",
        "'{outside}/secret.csv'",
        "read_parquet('{data}/flights.parquet')",
        "'{data}/*.parquet'",
        "'http://127.0.0.1:9/secret.parquet'",
    ],
)
def test_sql_reads_no_file_that_is_not_declared(
    weather: FeatureSetRequest, data: Path, tmp_path: Path, relation: str
) -> None:
    (tmp_path / "secret.csv").write_text("origin\nEWR\n")
    sql = f"SELECT * FROM {relation.format(outside=tmp_path, data=data)}"
    with pytest.raises(Refused, match="Permission Error"):
        build_feature_table(_with_sql(weather, sql), data, tmp_path / "t.parquet")


def test_sql_sees_no_python_variable_and_no_undeclared_column(
    weather: FeatureSetRequest, data: Path, tmp_path: Path
) -> None:
    secret = pa.table({"origin": ["EWR"]})
    with pytest.raises(Refused, match="Table with name secret does not exist"):
        build_feature_table(_with_sql(weather, "SELECT * FROM secret"), data, tmp_path / "t.parquet")
    source = weather.sources[0]
    fewer = source.model_copy(update={"columns": {n: t for n, t in source.columns.items() if n != "visib"}})
    with pytest.raises(Refused, match='"visib" not found'):
        build_feature_table(weather.model_copy(update={"sources": (fewer,)}), data, tmp_path / "t.parquet")
    assert secret.num_rows == 1


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (
            "SELECT origin, time_hour AS observed, temp, visib FROM weather_hourly",
            "'wind_speed' is .* missing",
        ),
        ("SELECT *, time_hour AS observed FROM weather_hourly", "undeclared columns: time_hour"),
        (
            "SELECT origin, time_hour AS observed, temp, wind_speed, visib, temp FROM weather_hourly",
            "appear twice: temp",
        ),
        (
            "SELECT origin, time_hour AS observed, temp, wind_speed, visib > 5 AS visib FROM weather_hourly",
            "'visib' is declared as float .double. and is bool",
        ),
        (
            "SELECT origin, time_hour AS observed, temp, wind_speed, 0.5 AS visib FROM weather_hourly",
            "and is decimal128",
        ),
        (
            "SELECT origin, date_trunc('day', time_hour) AS observed, temp, wind_speed, visib FROM weather_hourly",
            "pairs of key and timestamp have more than one row, such as origin=EWR, observed=2013-01-0",
        ),
        (
            "SELECT origin, lag(time_hour) OVER (PARTITION BY origin ORDER BY time_hour) AS observed, temp,"
            " wind_speed, visib FROM weather_hourly",
            "column 'observed' is null in 3 rows",
        ),
        (
            "SELECT nullif(origin, 'EWR') AS origin, time_hour AS observed, temp, wind_speed, visib"
            " FROM weather_hourly",
            "column 'origin' is null in 14",
        ),
    ],
)
def test_a_result_that_breaks_the_declaration_is_refused(
    weather: FeatureSetRequest, data: Path, tmp_path: Path, sql: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        build_feature_table(_with_sql(weather, sql), data, tmp_path / "t.parquet")


def test_a_timestamp_without_a_zone_is_the_sessions_utc(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    request = weather.model_copy(
        update={
            "features": {"temp": FeatureColumn(type="float")},
            "sql": "SELECT origin, max(time_hour)::DATE + INTERVAL 6 HOURS AS observed, avg(temp) AS temp"
            " FROM weather_hourly WHERE time_hour < '2013-02-01' GROUP BY origin",
        }
    )
    build_feature_table(request, data, tmp_path / "t.parquet")
    expected = datetime.datetime(2013, 1, 31, 6, tzinfo=datetime.UTC)
    assert pq.read_table(tmp_path / "t.parquet")["observed"].to_pylist() == [expected] * 3


def test_a_feature_that_can_not_be_served_as_it_is_learned_from_is_refused(
    weather: FeatureSetRequest, data: Path, tmp_path: Path
) -> None:
    sql = "SELECT origin, time_hour AS observed, {} AS seen FROM weather_hourly"
    request = weather.model_copy(update={"features": {"seen": FeatureColumn(type="timestamp")}})
    late = _with_sql(request, sql.format("CASE WHEN temp > 40 THEN time_hour + INTERVAL 1 MILLISECOND END"))
    with pytest.raises(Refused, match="feature 'seen' lies between two seconds in") as refused:
        build_feature_table(late, data, tmp_path / "t.parquet")
    assert refused.value.mend == "select `date_trunc('second', seen)`"
    whole = _with_sql(request, sql.format("CASE WHEN temp > 40 THEN time_hour + INTERVAL 1 SECOND END"))
    assert build_feature_table(whole, data, tmp_path / "t.parquet").rows


def test_an_empty_result_has_no_span(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    built = build_feature_table(_with_sql(weather, weather.sql + " WHERE false"), data, tmp_path / "t.parquet")
    assert (built.rows, built.first, built.last) == (0, None, None)


def test_a_feature_set_is_built_on_another_ones_table(weather: FeatureSetRequest, data: Path, tmp_path: Path) -> None:
    columns: dict[str, ColumnType] = {"origin": "string", "observed": "timestamp", "temp": "float"}
    base = Table(
        name=weather.name, origin="features", path="features/weather.parquet", timestamp="observed", columns=columns
    )
    warmest = weather.model_copy(
        update={
            "name": "warmest",
            "features": {"warmest": FeatureColumn(type="float")},
            "sql": "SELECT origin, date_trunc('day', observed) + INTERVAL 1 DAY AS observed, max(temp) AS warmest"
            " FROM airport_weather GROUP BY ALL",
            "sources": (base,),
        }
    )
    destination = tmp_path / "features" / "warmest.parquet"
    with pytest.raises(Refused, match="no such file below the features root") as refused:
        build_feature_table(warmest, data, destination, state=tmp_path)
    assert refused.value.mend == "build that feature set first"
    build_feature_table(weather, data, tmp_path / "features" / "weather.parquet")
    assert build_feature_table(warmest, data, destination, state=tmp_path).rows > 3 * 50
    with pytest.raises(ValueError, match="no root of feature sets' tables is given"):
        build_feature_table(warmest, data, destination)
