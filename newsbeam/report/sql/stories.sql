SELECT
    left(title, 200) AS title,
    left(url, 400) AS url,
    publishers,
    articles,
    list_transform(publisher_names[:12], lambda name: left(name, 60)) AS publisher_names,
    first_at,
    last_at
FROM stories
WHERE last_at >= $first AND last_at < $last + 1 AND publishers > 1
ORDER BY publishers DESC, articles DESC, last_at DESC, story_id
LIMIT 25
