"""Every curated rule takes its examples and leaves its counter-example."""

import pytest

from transforms.article.lines import rules_for
from transforms.article.rules import KINDS, load_rules, rules_version

RULES = load_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_takes_its_examples(rule):
    assert rule.examples
    for example in rule.examples:
        assert rule in rules_for(example), example


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_leaves_its_counter_example(rule):
    assert rule.counter
    assert rule not in rules_for(rule.counter)


def test_no_rule_takes_the_counter_example_of_another():
    taken = {rule.counter: [other.name for other in rules_for(rule.counter)] for rule in RULES}
    assert {line: names for line, names in taken.items() if names} == {}


def test_every_kind_and_several_languages_are_there():
    assert {rule.kind for rule in RULES} == KINDS
    assert {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "el", "zh"} <= {
        language for rule in RULES for language in rule.languages
    }
    assert rules_version() >= 1


@pytest.mark.parametrize(
    "line",
    [
        "The minister said that more was to come.",
        "Read the full text of the treaty and you will find no word about water, Roe said on Monday.",
        "Share of renewable power in the grid, by year",
        "Related to the old king by marriage, she inherited the house in 1911.",
        "Comment from the ministry was not available before the paper went to press.",
        "Sources close to the talks said that a deal was near.",
        "“Follow the money,” the prosecutor told the jury, “and it leads to this room.”",
        "Watch out for ice on the roads tonight.",
        "Editors of the paper were questioned for six hours.",
        "Subscribers to the theatre will see four new plays this season.",
        "Photographers waited outside the court until midnight.",
        "Copyright lawyers expect the case to last for years.",
        "Jane Roe is the mayor of a town that nobody had heard of until the dam broke.",
        "More than 300 people were on board.",
        "Von den 300 Gästen kam die Hälfte mit der Bahn.",
        "Quellen in der Regierung bestätigten den Plan.",
        "À lire les journaux, on croirait la guerre finie.",
        "También en el norte faltó el agua durante tres días.",
        "Sign up for free swimming lessons at the town hall by Friday, the council asks.",
        "Subscribe to that view and you will never build another dam, she said.",
        "Google uses cookies to follow people from page to page, the court found.",
        "Send any footage of the crash to the police, the officer asked.",
        "Dodano 3 nowe linie autobusowe.",
        "Jesteśmy na dobrej drodze, powiedział minister.",
        "Żadna część mostu nie została zamknięta.",
        "Использование материалов, из которых построен мост, было запрещено ещё в 1990 году.",
        "Все права на фильм принадлежат студии из Варшавы.",
        "Следите за детьми у воды, просят спасатели.",
        "2025年1月14日、橋が完成した。",
        "公司未经授权使用了居民的照片。",
        "有料会員は百万人に達したという。",
        "Фотографы ждали у ворот до полуночи.",
        "Für 20 Euro im Monat fährt man dort, so weit man will.",
        "Was this article of the treaty ever meant to be used, the judge asked.",
    ],
)
def test_ordinary_sentences_are_left_alone(line):
    assert [rule.name for rule in rules_for(line)] == []
