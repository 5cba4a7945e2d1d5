-- The tiers of `loyaltylib.tiers.assign_tiers` with its default rules, as one statement by hand: what an engine can do
-- at most. {as_of} is the day.
WITH days AS (
    SELECT customer_id, date_diff('day', date::DATE, DATE '{as_of}') AS age, sum(amount) AS amount
    FROM transactions WHERE date::DATE <= DATE '{as_of}' GROUP BY ALL
), people AS (
    SELECT customer_id, date_diff('day', acquired_on::DATE, DATE '{as_of}') AS acquired_age,
           date_diff('day', lost_on::DATE, DATE '{as_of}') AS lost_age, acquired_via = 'promotion' AS by_promotion
    FROM customers WHERE acquired_on IS NULL OR acquired_on::DATE <= DATE '{as_of}'
), gaps AS (
    SELECT customer_id, age, amount, acquired_age,
           age - lag(age) OVER (PARTITION BY customer_id ORDER BY age) AS gap,
           max(age) OVER (PARTITION BY customer_id) AS first_age
    FROM days JOIN people USING (customer_id)
), placed AS (
    SELECT *, least(greatest((coalesce(acquired_age, first_age) + 1) // 90 - 1, 0), 3) AS normal, age // 90 AS win FROM gaps
), bought AS (
    SELECT customer_id, count(*) AS n_orders, min(age) AS days_since_last, max(first_age) AS first_age,
           max(normal) AS normal, sum(gap * gap) AS gap2,
           round(sum(amount) FILTER (age < 365), 6) AS volume,
           count(*) FILTER (win = 0) AS orders_last, coalesce(sum(amount) FILTER (win = 0), 0) AS spend_last,
           count(*) FILTER (win BETWEEN 1 AND normal) AS orders_before,
           coalesce(sum(amount) FILTER (win BETWEEN 1 AND normal), 0) AS spend_before
    FROM placed GROUP BY customer_id
), purses AS (
    SELECT customer_id, n_suppliers, CASE WHEN total_category_spend > 0 THEN own_spend / total_category_spend END AS share,
           row_number() OVER (PARTITION BY customer_id ORDER BY period DESC) AS place
    FROM wallet WHERE period::DATE <= DATE '{as_of}'
), purse AS (
    SELECT customer_id, max(share) FILTER (place = 1) AS share, max(n_suppliers) FILTER (place = 1) AS n_suppliers,
           avg(share) FILTER (place BETWEEN 2 AND 4) AS earlier
    FROM purses GROUP BY customer_id
), cases AS (
    SELECT customer_id,
           count(*) FILTER (resolved_on IS NULL OR resolved_on::DATE > DATE '{as_of}') AS open,
           count(*) FILTER (resolved_on IS NULL OR resolved_on::DATE > DATE '{as_of}' OR satisfaction_score < 5) AS unforgiven
    FROM complaints WHERE opened_on::DATE <= DATE '{as_of}' GROUP BY customer_id
), said AS (
    SELECT customer_id, count(*) AS feedback FROM feedback
    WHERE date_diff('day', date::DATE, DATE '{as_of}') BETWEEN 0 AND 364 GROUP BY customer_id
), talked AS (
    SELECT customer_id, count(*) AS negotiations FROM contacts
    WHERE function = 'negotiation' AND date_diff('day', date::DATE, DATE '{as_of}') BETWEEN 0 AND 364 GROUP BY customer_id
), brought AS (
    SELECT referrer_id AS customer_id, count(*) AS referrals FROM referrals WHERE date::DATE <= DATE '{as_of}' GROUP BY ALL
), measured AS (
    SELECT people.customer_id, lost_age, by_promotion, coalesce(n_orders, 0) AS n_orders, days_since_last,
           coalesce(acquired_age, first_age) AS tenure, coalesce(volume, 0) AS volume,
           round(1 - orders_last / nullif(orders_before / nullif(normal, 0), 0), 9) AS frequency_fall,
           round(1 - round(spend_last, 6) / nullif(round(spend_before / nullif(normal, 0), 6), 0), 9) AS spend_fall,
           round(purse.share, 9) AS share, round(1 - purse.share / nullif(earlier, 0), 9) AS share_fall, n_suppliers,
           coalesce(open, 0) AS open, coalesce(unforgiven, 0) AS unforgiven, coalesce(referrals, 0) AS referrals,
           coalesce(feedback, 0) AS feedback, coalesce(negotiations, 0) AS negotiations,
           CASE WHEN n_orders > 2 THEN round(sqrt(greatest(
               (n_orders - 1) * gap2 / ((first_age - days_since_last) * (first_age - days_since_last)) - 1, 0)), 9)
           END AS gap_cv
    FROM people LEFT JOIN bought USING (customer_id) LEFT JOIN purse USING (customer_id)
         LEFT JOIN cases USING (customer_id) LEFT JOIN said USING (customer_id) LEFT JOIN talked USING (customer_id)
         LEFT JOIN brought USING (customer_id)
), cut AS (
    SELECT quantile_cont(volume, 0.9) AS cut FROM measured WHERE volume > 0
), flagged AS (
    SELECT customer_id,
           coalesce(lost_age >= 0 AND (days_since_last IS NULL OR days_since_last >= lost_age), false) AS declared,
           coalesce(days_since_last > 180, false) AS lapsed, n_orders, tenure <= 90 AS young, by_promotion,
           coalesce(frequency_fall >= 0.5, false) AS f1, coalesce(spend_fall >= 0.5, false) AS f2,
           coalesce(share_fall >= 0.5, false) AS f3, open >= 1 AS f4, referrals >= 1 AND unforgiven = 0 AS fan,
           volume >= cut AND feedback >= 3 AND negotiations >= 1 AS key_account,
           coalesce(n_suppliers >= 2 AND share > 0 AND share < 0.5 AND gap_cv >= 0.75, false) AS swings,
           feedback, n_suppliers IS NULL AS no_purse
    FROM measured CROSS JOIN cut
), told AS (
    SELECT *, CASE WHEN declared OR lapsed THEN 1 WHEN n_orders = 0 THEN 2 WHEN young THEN 4
                   WHEN f1 OR f2 OR f3 OR f4 THEN 3 WHEN fan THEN 8 WHEN key_account THEN 7 WHEN swings THEN 5
                   ELSE 6 END AS rank
    FROM flagged
)
SELECT customer_id, ['lost', 'onlooker', 'at_risk', 'new', 'inactive', 'regular', 'core', 'advocate'][rank] AS tier, rank,
       concat_ws(', ',
           CASE rank WHEN 1 THEN concat_ws(', ', CASE WHEN declared THEN 'declared_lost' END, CASE WHEN lapsed THEN 'lapsed' END)
                     WHEN 2 THEN 'never_bought'
                     WHEN 3 THEN concat_ws(', ', CASE WHEN f1 THEN 'frequency_fall' END, CASE WHEN f2 THEN 'spend_fall' END,
                                           CASE WHEN f3 THEN 'share_fall' END, CASE WHEN f4 THEN 'open_complaint' END)
                     WHEN 4 THEN concat_ws(', ', 'newly_won', CASE WHEN by_promotion THEN 'by_promotion' END)
                     WHEN 5 THEN 'several_suppliers, minor_share, irregular_gaps'
                     WHEN 6 THEN nullif(concat_ws(', ', CASE WHEN n_orders > 1 THEN 'repeat_purchase' END,
                                                  CASE WHEN feedback >= 1 THEN 'gives_feedback' END), '')
                     WHEN 7 THEN 'large_volume, much_feedback, negotiates'
                     ELSE 'recommends, forgives' END,
           CASE WHEN rank IN (3, 5, 6, 7, 8) AND no_purse THEN 'wallet?' END) AS signals
FROM told ORDER BY customer_id
