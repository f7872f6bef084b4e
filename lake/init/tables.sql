-- Which files count: those that the Delta logs of the tables list, and those that the lake's own log, the table `runs`,
-- has beyond them. So a file that no run has committed does not count, nor one that maintenance has replaced.
CREATE OR REPLACE TEMP TABLE _newsbeam_actions (name VARCHAR, version BIGINT, path VARCHAR, there BOOLEAN, seq BIGINT);

$tables
-- The last entry of the log that each table has taken in.
CREATE OR REPLACE TEMP TABLE _newsbeam_taken_in AS
SELECT name, coalesce(max(seq), 0) AS seq
FROM (SELECT unnest($names) AS name) LEFT JOIN _newsbeam_actions USING (name)
GROUP BY name;
