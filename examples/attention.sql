-- Attention over time: the share of each source's articles of a day that have two words and not a third.
FROM attention('text number -nowhere') ORDER BY date DESC, share DESC, source;
