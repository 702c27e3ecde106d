-- Orders of a customer in thirty days.
SELECT customer, ordered_at,
       count(*) OVER (PARTITION BY customer ORDER BY ordered_at
                      RANGE BETWEEN INTERVAL 30 DAYS PRECEDING AND CURRENT ROW)::DOUBLE AS orders_30d
FROM orders
