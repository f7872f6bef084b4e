-- GDELT's Global Knowledge Graph 2.1: its 27 columns in their order, as far as an article has them; the others are empty.
--
-- An article has one record, named by its second and its article_id. Places are those whose country is known, in blocks
-- `type#name#FIPS country#ADM1#ADM2#latitude#longitude#feature#offset` (V1: without ADM2 and offset): type 1 is a country,
-- 3 a town in the USA, 4 one elsewhere. Offsets count the characters of `articles.text`. What parts blocks and fields
-- (; # , and line ends) becomes a space within names.

CREATE OR REPLACE MACRO gkg_name(name) AS translate(name, ';#,' || chr(9) || chr(10) || chr(13), '      ');
CREATE OR REPLACE MACRO gkg_xml(tag, content) AS CASE
    WHEN coalesce(content, '') = '' THEN ''
    ELSE '<' || tag || '>' || translate(
        replace(replace(replace(content, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), chr(9) || chr(10) || chr(13), '   '
    ) || '</' || tag || '>'
END;
CREATE OR REPLACE MACRO gkg_once(parts) AS array_to_string(
    list_filter(parts, lambda part, place: list_position(parts, part) = place), ';'
);

-- `named` is a list of places in the text: start, label, name, block.
CREATE OR REPLACE MACRO gkg_labelled(named, wanted) AS list_transform(
    list_filter(named, lambda one: one.label = wanted), lambda one: one.name
);
CREATE OR REPLACE MACRO gkg_offsets(named, wanted) AS array_to_string(list_transform(
    list_filter(named, lambda one: one.label = wanted), lambda one: one.name || ',' || one.start
), ';');

-- Records from one day to another, both included; a day that is null does not bound.
CREATE OR REPLACE MACRO gkg(from_day := NULL, to_day := NULL) AS TABLE
WITH places AS (
    SELECT
        date, revision_id, start, label, gkg_name(entity) AS name, fips,
        CASE
            WHEN fips IS NULL OR label NOT IN ('GPE', 'LOC') THEN NULL
            WHEN entity = c.name THEN '1'
            WHEN iso = 'US' THEN '3'
            ELSE '4'
        END AS type,
        coalesce(latitude::VARCHAR, '') || '#' || coalesce(longitude::VARCHAR, '') AS position
    FROM mentions AS m LEFT JOIN fips_countries AS c ON c.iso = m.country
    WHERE (from_day IS NULL OR date >= from_day::DATE) AND (to_day IS NULL OR date <= to_day::DATE)
),
named AS (
    SELECT date, revision_id, list_sort(list({
        'start': start,
        'label': label,
        'name': name,
        'place': type || '#' || name || '#' || fips || '#' || CASE WHEN type = '1' THEN fips ELSE '' END,
        'position': position,
        'feature': CASE WHEN type = '1' THEN fips ELSE '' END
    })) AS named
    FROM places
    GROUP BY date, revision_id
),
records AS (
    SELECT
        a.*, coalesce(named, []) AS named, strftime(coalesce(published_at, fetched_at), '%Y%m%d%H%M%S') AS stamp,
        list_filter(coalesce(named, []), lambda one: one.place IS NOT NULL) AS located
    FROM articles AS a LEFT JOIN named AS n ON n.revision_id = a.revision_id AND n.date = a.date
    WHERE (from_day IS NULL OR a.date >= from_day::DATE) AND (to_day IS NULL OR a.date <= to_day::DATE)
)
SELECT
    stamp || '-' || article_id AS "GKGRECORDID",
    stamp AS "V2.1DATE",
    CASE WHEN coalesce(url, '') = '' THEN '2' ELSE '1' END AS "V2SOURCECOLLECTIONIDENTIFIER",
    coalesce(nullif(domain, ''), source, '') AS "V2SOURCECOMMONNAME",
    coalesce(nullif(url, ''), source_uri) AS "V2DOCUMENTIDENTIFIER",
    '' AS "V1COUNTS",
    '' AS "V2.1COUNTS",
    '' AS "V1THEMES",
    '' AS "V2ENHANCEDTHEMES",
    gkg_once(list_transform(located, lambda one: one.place || '#' || one.position || '#' || one.feature)) AS "V1LOCATIONS",
    array_to_string(list_transform(
        located, lambda one: one.place || '##' || one.position || '#' || one.feature || '#' || one.start
    ), ';') AS "V2ENHANCEDLOCATIONS",
    gkg_once(gkg_labelled(named, 'PERSON')) AS "V1PERSONS",
    gkg_offsets(named, 'PERSON') AS "V2ENHANCEDPERSONS",
    gkg_once(gkg_labelled(named, 'ORG')) AS "V1ORGANIZATIONS",
    gkg_offsets(named, 'ORG') AS "V2ENHANCEDORGANIZATIONS",
    '' AS "V1.5TONE",
    '' AS "V2.1ENHANCEDDATES",
    '' AS "V2GCAM",
    coalesce(image_url, '') AS "V2.1SHARINGIMAGE",
    '' AS "V2.1RELATEDIMAGES",
    '' AS "V2.1SOCIALIMAGEEMBEDS",
    '' AS "V2.1SOCIALVIDEOEMBEDS",
    '' AS "V2.1QUOTATIONS",
    array_to_string(list_transform(
        list_filter(named, lambda one: one.label <> 'DATE'), lambda one: one.name || ',' || one.start
    ), ';') AS "V2.1ALLNAMES",
    '' AS "V2.1AMOUNTS",
    '' AS "V2.1TRANSLATIONINFO",
    gkg_xml('PAGE_AUTHORS', array_to_string(authors, ';')) || gkg_xml('PAGE_TITLE', title) AS "V2EXTRASXML"
FROM records;

CREATE OR REPLACE VIEW gkg AS FROM gkg();
