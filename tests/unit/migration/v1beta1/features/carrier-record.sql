-- How punctual a carrier was in the seven days whose outcomes are known: a row's newest flights left two days before it.
WITH outcomes AS (
    SELECT carrier,
           date_trunc('day', scheduled_departure) AS day,
           count(*) AS flights,
           count(arrival_delay) AS arrived,
           count(*) FILTER (WHERE arrival_delay > 15) AS late,
           count(*) FILTER (WHERE cancelled) AS cancelled,
           sum(arrival_delay) AS delay
    FROM flights
    GROUP BY ALL
),
grid AS (
    SELECT carriers.carrier, days.day
    FROM (SELECT DISTINCT carrier FROM outcomes) AS carriers
    CROSS JOIN (SELECT DISTINCT day FROM outcomes) AS days
),
weeks AS (
    SELECT grid.carrier,
           grid.day,
           sum(flights) OVER week AS flights,
           sum(arrived) OVER week AS arrived,
           sum(late) OVER week AS late,
           sum(cancelled) OVER week AS cancelled,
           sum(delay) OVER week AS delay
    FROM grid
    LEFT JOIN outcomes USING (carrier, day)
    WINDOW week AS (PARTITION BY grid.carrier ORDER BY grid.day RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW)
)
SELECT carrier,
       day + INTERVAL 2 DAYS AS computed_at,
       late / nullif(arrived, 0) AS carrier_late_share_7d,
       delay / nullif(arrived, 0) AS carrier_mean_delay_7d,
       cancelled / nullif(flights, 0) AS carrier_cancelled_share_7d,
       coalesce(flights, 0)::DOUBLE AS carrier_flights_7d
FROM weeks
