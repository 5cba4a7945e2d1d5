-- The ten values of `loyaltylib.kpis.scorecard` with its default rules for the year that ends on {as_of}, and for the
-- year before, as one statement by hand. Ages are days before {as_of}: the year 2025 is the ages 0 to 364, the year 2024
-- 365 to 730, and who is a customer is asked at the ages 0, 365 and 731.
WITH customer AS (
    SELECT customer_id, date_diff('day', acquired_on::DATE, DATE '{as_of}') AS acquired,
           date_diff('day', lost_on::DATE, DATE '{as_of}') AS gone
    FROM customers
), silent AS (
    -- Where the first purchase has to stand for an unknown day; the few such rows are all that is read here.
    SELECT customer_id, max(date_diff('day', date::DATE, DATE '{as_of}')) AS first
    FROM transactions SEMI JOIN (FROM customers WHERE acquired_on IS NULL) USING (customer_id)
    WHERE date::DATE <= DATE '{as_of}' GROUP BY customer_id
), people AS (
    SELECT customer_id, coalesce(acquired, first) AS acquired, gone FROM customer LEFT JOIN silent USING (customer_id)
), days AS (
    SELECT customer_id, date_diff('day', date::DATE, DATE '{as_of}') AS age, sum(amount) AS amount
    FROM transactions WHERE date::DATE <= DATE '{as_of}' GROUP BY ALL
), bought AS (
    SELECT customer_id, count(*) FILTER (age < 365) AS n_0, count(*) FILTER (age BETWEEN 365 AND 730) AS n_1,
           sum(amount) FILTER (age < 365) AS spend_0, sum(amount) FILTER (age BETWEEN 365 AND 730) AS spend_1,
           min(age) AS near_0, min(age) FILTER (age >= 365) AS near_1, min(age) FILTER (age >= 731) AS near_2,
           min(age) FILTER (age >= acquired - 365) AS held -- the last purchase of the customer's first year
    FROM days JOIN people USING (customer_id) GROUP BY customer_id
), standing AS ( -- a customer is who has come, bought within 180 days and not said goodbye since; null where never bought
    SELECT *, coalesce(acquired >= 0, true) AND near_0 <= 180 AND coalesce(gone < 0 OR near_0 < gone, true) AS base_0,
           coalesce(acquired >= 365, true) AND near_1 <= 545 AND coalesce(gone < 365 OR near_1 < gone, true) AS base_1,
           coalesce(acquired >= 731, true) AND near_2 <= 911 AND coalesce(gone < 731 OR near_2 < gone, true) AS base_2,
           held - (acquired - 365) <= 180 AND coalesce(gone < acquired - 365 OR held < gone, true) AS stayed
    FROM people LEFT JOIN bought USING (customer_id)
), counts AS (
    SELECT count(*) FILTER (base_0) AS base_0, count(*) FILTER (base_1) AS base_1, count(*) FILTER (base_2) AS base_2,
           count(*) FILTER (base_1 AND base_0) AS kept_0, count(*) FILTER (base_2 AND base_1) AS kept_1,
           count(*) FILTER (acquired BETWEEN 0 AND 364) AS new_0, count(*) FILTER (acquired BETWEEN 365 AND 730) AS new_1,
           count(*) FILTER (acquired BETWEEN 365 AND 729) AS won_0, count(*) FILTER (acquired BETWEEN 730 AND 1095) AS won_1,
           count(*) FILTER (stayed AND acquired BETWEEN 365 AND 729) AS stayed_0,
           count(*) FILTER (stayed AND acquired BETWEEN 730 AND 1095) AS stayed_1,
           count(*) FILTER (n_0 > 0) AS buyers_0, count(*) FILTER (n_1 > 0) AS buyers_1,
           sum(n_0) AS n_0, sum(n_1) AS n_1, sum(spend_0) AS spend_0, sum(spend_1) AS spend_1
    FROM standing
), purse AS (
    SELECT sum(own_spend) FILTER (age BETWEEN 0 AND 364) / sum(total_category_spend) FILTER (age BETWEEN 0 AND 364) AS share_0,
           sum(own_spend) FILTER (age BETWEEN 365 AND 730)
               / sum(total_category_spend) FILTER (age BETWEEN 365 AND 730) AS share_1
    FROM (SELECT *, date_diff('day', period::DATE, DATE '{as_of}') AS age FROM wallet)
), cases AS (
    SELECT avg((satisfaction_score >= 8)::INT) FILTER (age BETWEEN 0 AND 364) AS satisfied_0,
           avg((satisfaction_score >= 8)::INT) FILTER (age BETWEEN 365 AND 730) AS satisfied_1
    FROM (SELECT *, date_diff('day', resolved_on::DATE, DATE '{as_of}') AS age FROM complaints)
), tried AS (
    SELECT avg((outcome = 'saved')::INT) FILTER (age BETWEEN 0 AND 364) AS saved_0,
           avg((outcome = 'saved')::INT) FILTER (age BETWEEN 365 AND 730) AS saved_1
    FROM (SELECT outcome, date_diff('day', flagged_on::DATE, DATE '{as_of}') AS age FROM save_attempts
          WHERE outcome IN ('saved', 'lost'))
)
SELECT unnest(['customer_base', 'new_customer_retention', 'retention_rate', 'customer_share', 'complaint_satisfaction',
               'new_customers_per_month', 'purchase_frequency', 'average_spend', 'churn_rate', 'save_rate']) AS kpi,
       unnest([base_0, stayed_0 / nullif(won_0, 0), kept_0 / nullif(base_1, 0), share_0, satisfied_0,
               new_0 / 12, n_0 / nullif(buyers_0, 0), spend_0 / nullif(buyers_0, 0), 1 - kept_0 / nullif(base_1, 0),
               saved_0]) AS value,
       unnest([base_1, stayed_1 / nullif(won_1, 0), kept_1 / nullif(base_2, 0), share_1, satisfied_1,
               new_1 / 12, n_1 / nullif(buyers_1, 0), spend_1 / nullif(buyers_1, 0), 1 - kept_1 / nullif(base_2, 0),
               saved_1]) AS before
FROM counts CROSS JOIN purse CROSS JOIN cases CROSS JOIN tried
