"""The ideas of Python that a piece of code uses: each named once, and nothing left out."""

from __future__ import annotations

import ast
import re

import pytest

from autograders.ideas import IDEAS, ideas


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ("x = 1", "assignment"),
        ("x = -1", "assignment"),
        ("x = a - b", "assignment arithmetic"),
        ('spend["amount"]', "column"),
        ('spend[["amount", "date"]]', "columns"),
        ('spend[spend["amount"] > 10]', "mask column comparison"),
        ('spend[(spend["a"] > 1) & ~(spend["b"] < 2)]', "mask mask_logic column comparison"),
        ('spend[spend["tier"].isin(top)]', "mask membership column call attribute"),
        ("spend[-1]", "indexing"),
        ("spend[:-1]", "slicing"),
        ('spend["share"] = 1', "assignment put"),
        ("def f(a):\n    'It says what it does.'\n    return a", "function"),
        ("def f(a, b=1):\n    return a", "function default"),
        ("if a:\n    pass\nelif not b or c:\n    pass", "if logic"),
        ("x = a if b else c", "assignment if_expression"),
        ('"lost" in tiers', "text membership"),
        ("for a, b in zip(c, d):\n    x += a", "for unpacking call range update arithmetic"),
        ("[x for x in y]", "comprehension"),
        ("{'a': [1]}", "dict list text"),
        ("(a, b)", "tuple"),
        ("f'{x}'", "f_string"),
        ("sorted(x, key=lambda a: a)", "call sort_values keyword lambda"),
        ("from statistics import median\nmedian(x)", "import call total"),
        ("spend.groupby('tier')['amount'].sum()", "attribute call groupby text column total"),
        ("len(people)", "call len"),
        ("fig, ax = plt.subplots()", "assignment call figure"),
        ("bars = ax.barh(a, b)", "assignment call attribute bar"),
        ("ax.set(title=a)", "attribute call figure keyword"),
        ("set(a)", "call conversion"),
        ("kit.data.customers", ""),
        ("tiers.assign_tiers(kit.data)", "call"),
        ("people.rolling(3)", "attribute call rolling"),
        ("try:\n    pass\nexcept ValueError:\n    pass", "Try ExceptHandler"),
        ("f(*a)", "call Starred"),
    ],
)
def test_what_code_asks_a_learner_to_know(code, used):
    assert ideas(ast.parse(code), ["tiers", "plt"]) == set(used.split())


def test_every_idea_has_a_name_in_both_languages_and_no_word_belongs_to_two():
    words = [word for idea in IDEAS.values() for word in idea.words.split()]
    assert sorted({word for word in words if words.count(word) > 1}) == []
    for idea in IDEAS.values():
        assert idea.en
        assert re.search(r"[\u4e00-\u9fff]", idea.zh), idea.id
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z]|[A-Za-z][\u4e00-\u9fff]", idea.zh), idea.id
    assert len({idea.zh for idea in IDEAS.values()}) == len(IDEAS)
