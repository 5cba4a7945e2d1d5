-- The summary of `loyaltylib.segments.rfm_summary`, as one statement by hand. {as_of} is the day.
WITH days AS (
    SELECT customer_id, date_diff('day', date::DATE, DATE '{as_of}') AS age, sum(amount) AS amount
    FROM transactions WHERE date::DATE <= DATE '{as_of}' GROUP BY ALL
)
SELECT customer_id, count(*) - 1 AS frequency, max(age) - min(age) AS recency, max(age) AS T,
       (sum(amount) - arg_max(amount, age)) / nullif(count(*) - 1, 0) AS monetary, min(age) AS days_since_last,
       sum(amount) AS spent
FROM days GROUP BY customer_id ORDER BY customer_id
