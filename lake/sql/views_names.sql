-- Names: what the articles name by day, most, together, and more than they used to. `date` is the UTC day of publication,
-- else of the run. Days may be dates or text (`2026-11-23`); a day that is left out, or null, does not bound.

-- A row for each day, name and label: articles that name it, and how often they do.
CREATE OR REPLACE VIEW entity_daily AS
SELECT date, entity, label, country, count(*) AS articles, sum(mentions)::BIGINT AS mentions
FROM (
    SELECT date, entity, label, country, revision_id, count(*) AS mentions FROM mentions
    GROUP BY date, entity, label, country, revision_id
)
GROUP BY date, entity, label, country;

-- What was named by most articles from one day to another, both included; dates are left out.
CREATE OR REPLACE MACRO top_entities(from_day := NULL, to_day := NULL, n := 20) AS TABLE
SELECT entity, label, max(country) AS country, count(DISTINCT revision_id) AS articles, count(*) AS mentions
FROM mentions
WHERE (from_day IS NULL OR date >= from_day::DATE) AND (to_day IS NULL OR date <= to_day::DATE) AND label <> 'DATE'
GROUP BY entity, label
ORDER BY articles DESC, mentions DESC, entity, label
LIMIT greatest(n, 0);

-- Names that stand in the same articles: pairs of the 500 persons, organisations and places that most articles name.
-- `jaccard` is the share of the articles that name both among those that name one or the other.
CREATE OR REPLACE MACRO cooccurrence(from_day := NULL, to_day := NULL, n := 100) AS TABLE
WITH named AS MATERIALIZED (
    SELECT entity, label, revision_id FROM mentions
    WHERE (from_day IS NULL OR date >= from_day::DATE) AND (to_day IS NULL OR date <= to_day::DATE)
        AND label IN ('PERSON', 'ORG', 'GPE', 'LOC')
    GROUP BY entity, label, revision_id
),
known AS MATERIALIZED (
    SELECT entity, label, count(*) AS articles, row_number() OVER (ORDER BY count(*) DESC, entity, label) AS place
    FROM named
    GROUP BY entity, label
    QUALIFY place <= 500
),
placed AS MATERIALIZED (SELECT revision_id, place FROM named JOIN known USING (entity, label)),
pairs AS (
    SELECT a.place AS one, b.place AS two, count(*) AS articles
    FROM placed AS a JOIN placed AS b ON a.revision_id = b.revision_id AND a.place < b.place
    GROUP BY ALL
)
SELECT
    one.entity, one.label, two.entity AS other, two.label AS other_label, p.articles,
    one.articles AS entity_articles, two.articles AS other_articles,
    p.articles / (one.articles + two.articles - p.articles) AS jaccard
FROM pairs AS p JOIN known AS one ON one.place = p.one JOIN known AS two ON two.place = p.two
ORDER BY p.articles DESC, one.place, two.place
LIMIT greatest(n, 0);

-- What is named more on a day (the newest, when it is null) than in the days before, measured in shares of all articles,
-- so that neither weekends nor a young lake count:
--     expected  = articles of the day × share of the past articles that name it
--     deviation = articles of the day × standard deviation of its share by day, days weighted by their articles
--     score     = (articles that name it − expected) / sqrt(greatest(deviation², expected) + 1)
-- Chance alone makes a deviation of sqrt(expected); the 1 keeps a name low that was hardly ever named before.
CREATE OR REPLACE MACRO trending(day := NULL, n := 20, days := 28) AS TABLE
WITH asked AS MATERIALIZED (SELECT coalesce(day::DATE, (SELECT max(date) FROM _articles)) AS last),
totals AS MATERIALIZED (
    SELECT date, count(*) AS total FROM articles
    WHERE date <= coalesce(day::DATE, (FROM asked)) AND date >= coalesce(day::DATE, (FROM asked)) - days::INTEGER
    GROUP BY date
),
span AS MATERIALIZED (
    SELECT last, sum(total) FILTER (date < last) AS before, sum(total) FILTER (date = last) AS now
    FROM totals CROSS JOIN asked
    GROUP BY last
),
daily AS (
    SELECT date, entity, label, max(country) AS country, count(*) AS articles
    FROM (
        SELECT date, entity, label, max(country) AS country, revision_id FROM mentions
        WHERE date <= coalesce(day::DATE, (FROM asked)) AND date >= coalesce(day::DATE, (FROM asked)) - days::INTEGER
            AND label <> 'DATE'
        GROUP BY date, entity, label, revision_id
    )
    GROUP BY date, entity, label
),
named AS (
    SELECT
        entity, label, max(country) AS country, any_value(now) AS now,
        coalesce(sum(articles) FILTER (date = last), 0)::BIGINT AS articles,
        coalesce(sum(articles) FILTER (date < last) / any_value(before), 0) AS share,
        coalesce(sum(articles * articles / total) FILTER (date < last) / any_value(before), 0) AS square
    FROM daily JOIN totals USING (date) CROSS JOIN span
    GROUP BY entity, label
)
SELECT
    entity, label, country, articles,
    now * share AS expected,
    now * sqrt(greatest(square - share * share, 0)) AS deviation,
    (articles - now * share) / sqrt(greatest(now * now * (square - share * share), now * share) + 1) AS score
FROM named
WHERE articles > now * share
ORDER BY score DESC, articles DESC, entity, label
LIMIT greatest(n, 0);
