-- Words in texts: search, attention over time, keyword in context.
--
-- A query is words, all of which must be there; "a phrase" in double quotes; -word and -"a phrase", which must not be
-- there. Case and accents do not count. A word is a run of letters and digits; everything else parts words, and the words
-- of a phrase follow each other with anything between them that is no letter and no digit (`U.S.` is the phrase `u s`).
-- Words are whole words, but in scripts without spaces between them (Han, kana, Hangul, Thai, Lao, Khmer, Burmese), where
-- a term is found inside of others. Terms become regular expressions, so that a text is read once and never copied.

-- The letters that are a letter with accents, as DuckDB's strip_accents and lower tell them.
CREATE OR REPLACE MACRO accented(letter) AS regexp_extract('
/aÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặÅ/bḂḃḄḅḆḇ/cÇçĆćĈĉĊċČčḈḉ/dĎďḊḋḌḍḎḏḐḑḒḓ
/eÈÉÊËèéêëĒēĔĕĖėĘęĚěȄȅȆȇȨȩḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệ/fḞḟ/gĜĝĞğĠġĢģǦǧǴǵḠḡ/hĤĥȞȟḢḣḤḥḦḧḨḩḪḫẖ
/iİÌÍÎÏìíîïĨĩĪīĬĭĮįǏǐȈȉȊȋḬḭḮḯỈỉỊị/jĴĵǰ/kĶķǨǩḰḱḲḳḴḵ/lĹĺĻļĽľḶḷḸḹḺḻḼḽ/mḾḿṀṁṂṃ/nÑñŃńŅņŇňǸǹṄṅṆṇṈṉṊṋ
/oÒÓÔÕÖòóôõöŌōŎŏŐőƠơǑǒǪǫǬǭȌȍȎȏȪȫȬȭȮȯȰȱṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợ/pṔṕṖṗ/rŔŕŖŗŘřȐȑȒȓṘṙṚṛṜṝṞṟ
/sŚśŜŝŞşŠšȘșṠṡṢṣṤṥṦṧṨṩ/tŢţŤťȚțṪṫṬṭṮṯṰṱẗ/uÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰự/vṼṽṾṿ
/wŴŵẀẁẂẃẄẅẆẇẈẉẘ/xẊẋẌẍ/yÝýÿŶŷŸȲȳẎẏẙỲỳỴỵỶỷỸỹ/zŹźŻżŽžẐẑẒẓẔẕ/æǢǣǼǽ/øǾǿ/ſẛ/ʒǮǯ/ʹʹ
/αΆάἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰάᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺΆᾼ/εΈέἐἑἒἓἔἕἘἙἚἛἜἝὲέῈΈ/ηΉήἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴήᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊΉῌ
/ιΊΐΪίϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶίιῐῑῒΐῖῗῘῙῚΊ/οΌόὀὁὂὃὄὅὈὉὊὋὌὍὸόῸΌ/ρῤῥῬ/υΎΫΰϋύὐὑὒὓὔὕὖὗὙὛὝὟὺύῠῡῢΰῦῧῨῩῪΎ
/ωΏώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼώᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺΏῼ/ϒϓϔ/аӐӑӒӓ/гЃѓ/еЀЁѐёӖӗ/жӁӂӜӝ/зӞӟ/иЍЙйѝӢӣӤӥ/кЌќ/оӦӧ/уЎўӮӯӰӱӲӳ/чӴӵ/ыӸӹ
/эӬӭ/іЇї/ѵѶѷ/әӚӛ/өӪӫ/אאַאָאּ/בבּבֿ/גגּ/דדּ/ההּ/ווּוֹ/זזּ/טטּ/ייִיּ/ךךּ/ככּכֿ/ללּ/ממּ/ננּ/ססּ/ףףּ/פפּפֿ/צצּ/קקּ/ררּ/ששׁשׂשּׁשּׂשּ/תתּ/ײײַ/اآأإ/وؤ/يئ/ہۂ
/ےۓ/ەۀ/कक़/खख़/गग़/जज़/डड़/ढढ़/नऩ/फफ़/यय़/रऱ/ळऴ/ডড়/ঢঢ়/যয়/ਖਖ਼/ਗਗ਼/ਜਜ਼/ਫਫ਼/ਲਲ਼/ਸਸ਼/ଡଡ଼/ଢଢ଼/ஒஔ/ཀཀྵ/གགྷ/ཌཌྷ/དདྷ/བབྷ/ཛཛྷ/ဥဦ/ᬅᬆ/ᬇᬈ/ᬉᬊ/ᬋᬌ/ᬍᬎ/ᬑᬒ
/うゔ/かが/きぎ/くぐ/けげ/こご/さざ/しじ/すず/せぜ/そぞ/ただ/ちぢ/つづ/てで/とど/はばぱ/ひびぴ/ふぶぷ/へべぺ/ほぼぽ/ゝゞ/ウヴ/カガ/キギ/クグ/ケゲ/コゴ/サザ/シジ/スズ/セゼ/ソゾ/タダ/チヂ/ツヅ/テデ
/トド/ハバパ/ヒビピ/フブプ/ヘベペ/ホボポ/ワヷ/ヰヸ/ヱヹ/ヲヺ/ヽヾ/𑂙𑂚/𑂛𑂜/𑂥𑂫
', '/' || letter || '([^/\n]*)', 1);

-- A list of texts as one; DuckDB's array_to_string works its list out twice.
CREATE OR REPLACE MACRO joined(parts, separator) AS coalesce(list_aggregate(parts, 'string_agg', separator), '');

-- The words of a text, without case and accents.
CREATE OR REPLACE MACRO words_of(text) AS
    regexp_extract_all(lower(strip_accents(coalesce(text::VARCHAR, ''))), '[\pL\pN]+');

-- The expression for the words of a term, without what bounds it; a term of more than 300 characters is found nowhere.
CREATE OR REPLACE MACRO term_core(words) AS CASE
    WHEN length(joined(words, ' ')) > 300 THEN '[^\x00-\x{10FFFF}]'
    ELSE joined(list_transform(words, lambda word: joined(list_transform(
        regexp_extract_all(word, '.'),
        lambda letter: '[' || letter || accented(letter) || CASE
            WHEN unicode(letter) < 880 THEN ']' || '[\x{300}-\x{36F}]*' ELSE ']\pM*'
        END
    ), '')), '[^\pL\pN\pM\x01][^\pL\pN\x01]*')
END;

-- What a list of terms, each its words, is looked for with: `test` tells whether a text has it; `take` takes it out of a
-- text with the character before it and the rest of its last word; `core` is the term alone, `plain` its words.
CREATE OR REPLACE MACRO expressions(terms) AS list_transform(
    list_transform(terms, lambda words: {
        'core': term_core(words),
        'plain': joined(words, '  '),
        'bound': NOT regexp_matches(
            joined(words, ''),
            '[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]'
        )
    }),
    lambda term: {
        'core': term.core,
        'bound': term.bound,
        'test': CASE
            WHEN term.bound THEN '(?i)(?:^|[^\pL\pN\pM])\pM*' || term.core || '(?:[^\pL\pN\pM]|$)'
            ELSE '(?i)' || term.core
        END,
        'take': CASE
            WHEN term.bound THEN '(?i)[^\pL\pN\pM]\pM*' || term.core || '[\pL\pN\pM]*'
            ELSE '(?i)' || term.core
        END,
        'plain': CASE WHEN term.bound THEN ' ' || term.plain || ' ' ELSE term.plain END
    }
);

-- The terms of a query that must be there, or that must not, longest first.
CREATE OR REPLACE MACRO terms_of(query, unwanted) AS expressions(list_filter(
    list_transform(
        list_reverse_sort(list_distinct(list_transform(
            list_filter(
                regexp_extract_all(translate(coalesce(query::VARCHAR, ''), '“”„«»', '"""""'), '-?"[^"]*"?|[^\s"]+'),
                lambda said: starts_with(said, '-') = unwanted
            ),
            lambda said: {'size': length(said), 'words': words_of(said)}
        ))),
        lambda term: term.words
    ),
    lambda words: len(words) > 0
));

-- Ten short terms at most, as one expression would grow too large, and the others.
CREATE OR REPLACE MACRO short_terms(terms) AS
    list_filter(terms, lambda term, nth: nth <= 10 AND length(term.plain) <= 32);
CREATE OR REPLACE MACRO other_terms(terms) AS
    list_filter(terms, lambda term, nth: nth > 10 OR length(term.plain) > 32);
CREATE OR REPLACE MACRO nowhere() AS '[^\x00-\x{10FFFF}]';

-- What is read: title and text, with a character between them that no phrase goes across.
CREATE OR REPLACE MACRO document(title, body) AS coalesce(title, '') || chr(10) || chr(1) || chr(10) || body;

-- The words of a document one by one: slow, for what is left of a query when its first terms have decided.
CREATE OR REPLACE MACRO spelled(document) AS joined(list_transform(
    string_split(document, chr(1)), lambda part: ' ' || joined(words_of(part), '  ') || ' '
), chr(1));
CREATE OR REPLACE MACRO holds(document, terms, wanted) AS len(list_filter(
    list_filter([list_transform(terms, lambda term: term.plain)], lambda plains: len(plains) > 0),
    lambda plains: list_transform([spelled(document)], lambda spelling: len(list_filter(
        plains, lambda plain: contains(spelling, plain) = wanted
    )))[1] > 0
)) > 0;

-- Whether a document has all terms, or one. The first tests are constants, which DuckDB compiles once.
CREATE OR REPLACE MACRO has_all(document, query) AS
    regexp_matches(document, coalesce(terms_of(query, false)[1].test, ''))
    AND regexp_matches(document, coalesce(terms_of(query, false)[2].test, ''))
    AND regexp_matches(document, coalesce(terms_of(query, false)[3].test, ''))
    AND NOT holds(document, terms_of(query, false)[4:], false);
CREATE OR REPLACE MACRO has_any(document, query) AS
    regexp_matches(document, joined(
        list_transform(short_terms(terms_of(query, true)), lambda term: term.test) || [nowhere()], '|'
    ))
    OR holds(document, other_terms(terms_of(query, true)), true);

-- Whether a title and text answer a query.
CREATE OR REPLACE MACRO answers(title, body, query) AS
    len(words_of(query)) > 0
    AND has_all(document(title, body), query)
    AND NOT has_any(document(title, body), query);

-- How often a text has the short terms: what may be one is taken out, and looked at by itself.
CREATE OR REPLACE MACRO hits_in(body, terms) AS len(regexp_extract_all(
    chr(10) || joined(regexp_extract_all(
        chr(10) || body,
        joined(list_transform(short_terms(terms), lambda term: term.take) || [nowhere()], '|')
    ), chr(10) || chr(10)) || chr(10),
    '(?i)[^\pL\pN\pM]\pM*(?:' || joined(
        list_transform(short_terms(terms), lambda term: term.core) || [nowhere()], '|'
    ) || ')[^\pL\pN\pM]'
));

-- Articles that answer a query: the newest `n`, or all when that is null.
CREATE OR REPLACE MACRO search(query, from_day := NULL, to_day := NULL, n := 1000) AS TABLE
SELECT
    article_id, date, published_at, source, title, url,
    hits_in(document(title, text), terms_of(query, false)) AS hits
FROM (
    SELECT article_id, date, published_at, source, title, url, text
    FROM articles
    WHERE (from_day IS NULL OR date >= from_day::DATE)
        AND (to_day IS NULL OR date <= to_day::DATE)
        AND answers(title, text, query)
    ORDER BY date DESC, published_at DESC, article_id
    LIMIT greatest(coalesce(n, 9223372036854775807), 0)
)
ORDER BY date DESC, published_at DESC, article_id;

-- Media Cloud's attention over time: of a source's articles of a day, those that answer the query.
CREATE OR REPLACE MACRO attention(query, from_day := NULL, to_day := NULL) AS TABLE
SELECT date, source, matches, total, matches / total AS share
FROM (
    SELECT date, source, count(*) FILTER (answers(title, text, query)) AS matches, count(*) AS total
    FROM articles
    WHERE (from_day IS NULL OR date >= from_day::DATE) AND (to_day IS NULL OR date <= to_day::DATE)
    GROUP BY date, source
)
ORDER BY date, source;

-- One word or one phrase as it is looked for; null where there is no word in it.
CREATE OR REPLACE MACRO term_of(term) AS
    expressions(list_filter([words_of(term)], lambda words: len(words) > 0))[1];

-- Keyword in context: every place where a text has the term, with what stands before and after it.
CREATE OR REPLACE MACRO kwic(term, from_day := NULL, to_day := NULL, width := 60) AS TABLE
SELECT
    article_id, date, source,
    translate(body[greatest(start - width, 0) + 1:start], chr(10), ' ') AS "left",
    keyword,
    translate(body[start + length(keyword) + 1:start + length(keyword) + width], chr(10), ' ') AS "right",
    start
FROM (
    SELECT
        *, length(joined(parted[:nth], '')) + length(joined(found[:nth], '')) - length(keyword) - 1 AS start
    FROM (
        SELECT
            *, generate_subscripts(found, 1) AS nth,
            unnest(list_transform(found, lambda one: regexp_replace(one, '^[^\pL\pN\pM]\pM*', ''))) AS keyword
        FROM (
            SELECT
                article_id, date, source, published_at, text AS body,
                regexp_extract_all(chr(10) || text, term_of(term).take) AS found,
                regexp_split_to_array(chr(10) || text, term_of(term).take) AS parted
            FROM articles
            WHERE (from_day IS NULL OR date >= from_day::DATE)
                AND (to_day IS NULL OR date <= to_day::DATE)
                AND regexp_matches(text, coalesce(term_of(term).test, '[^\x00-\x{10FFFF}]'))
        )
    )
)
WHERE regexp_full_match(keyword, '(?i)' || term_of(term).core)
ORDER BY date DESC, published_at DESC, article_id, start;
