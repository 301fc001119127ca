"""Templates of prompts, as contracts/braintrust.md §4.3 has them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.templates import mustache, nunjucks
from assay.domain.templates.values import Budget, TemplateFault

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ROW = {"input": {"q": "<&\"'", "tags": ["a", "b"], "n": 1.0, "turns": [{"role": "user"}]}, "empty": [], "no": None}


def said(template, variables=ROW, *, strict=False):
    return mustache.render(template, variables, strict=strict)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Q: {{input.q}}", "Q: <&\"'"),
        ("{{{input.q}}} {{& input.q }}", "<&\"' <&\"'"),
        ("{{input.tags}} {{input.n}} {{input.turns}}", '["a","b"] 1 [{"role":"user"}]'),
        ("{{input.tags.1}} {{input.turns.0.role}} {{input.tags.length}}", "b user 2"),
        ("[{{nothing}}] [{{input.nothing.at.all}}] [{{no}}] [{{input.q.length}}]", "[] [] [] []"),
        ("{{#input.tags}}<{{.}}>{{/input.tags}}", "<a><b>"),
        ("{{#input}}{{q}} {{empty}}{{/input}}", "<&\"' []"),
        ("{{^empty}}none{{/empty}}{{#empty}}some{{/empty}}{{^nothing}}!{{/nothing}}", "none!"),
        ("{{! a remark }}{{=<% %>=}}<%input.n%> {{input.n}}", "1 {{input.n}}"),
        ("a\n{{#input}}\n  b\n{{/input}}\nc\n", "a\n  b\nc\n"),
        ("  {{! alone }}  \nrest", "rest"),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}'),
    ],
)
def test_mustache(template, text):
    assert said(template) == text


@given(json_values)
def test_an_object_is_inserted_as_json_and_text_as_it_is(value):
    text = said("{{input}}", {"input": value})
    if value is None:
        assert text == ""
    else:
        assert text == value if isinstance(value, str) else json.loads(text) == value


@given(st.text(), st.text())
def test_what_is_inserted_is_not_looked_at_again(value, other):
    assert said("<{{a}}>", {"a": value, "b": other}) == f"<{value}>"


def test_strict_names_the_variable_that_is_missing():
    with pytest.raises(TemplateFault, match=r"'input\.nothing' is missing"):
        said("{{input.q}} {{input.nothing}}", strict=True)
    assert said("{{no}}{{#input.nothing}}never{{/input.nothing}}", strict=True) == ""


@pytest.mark.parametrize(
    "template", ["{{#a}}", "{{/a}}", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{a", "{{> part}}", "{{=|=}}", "{{#a}}" * 60]
)
def test_a_malformed_template_is_a_fault(template):
    with pytest.raises(TemplateFault):
        mustache.parse(template)


@given(st.text(alphabet="{}#^/!&>=. ab\n", max_size=40))
def test_any_text_is_a_template_or_a_fault(template):
    for language in (mustache, nunjucks):
        try:
            rendered = language.render(template, {"a": [1, {"b": 2}], "b": "x"}, strict=False)
        except TemplateFault:
            continue
        assert isinstance(rendered, str)


def test_a_text_that_would_not_end_is_a_fault():
    endless = "{{#a}}" * 8 + "x" + "{{/a}}" * 8
    with pytest.raises(TemplateFault, match="too long"):
        mustache.render(endless, {"a": [1] * 50}, strict=False)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Q: {{ input.q }}", "Q: <&\"'"),
        ("{% for tag in input.tags %}{{ loop.index }}{{ tag }} {% endfor %}", "1a 2b "),
        ("{% if input.nothing.at.all %}a{% elif input.n == 1 %}b{% endif %}", "b"),
        ("{{ input.tags }}{{ input.turns | dump }}{{ input.n }}{{ no }}{{ true }}", '["a","b"][{"role":"user"}]1true'),
        ("{% set x = input.tags | join(', ') %}{{ x | upper }} {{ 'a-b' | replace('-', '+') }}", "A, B a+b"),
        ("{% macro greet(name) %}Hi {{ name }}{% endmacro %}{{ greet('you') ~ '!' }}", "Hi you!"),
        ("{{ input.turns | map(attribute='role') | first }} {{ 7 // 2 + 2 ** 3 }}\n", "user 11\n"),
    ],
)
def test_nunjucks(template, text):
    assert nunjucks.render(template, ROW, strict=False) == text


def test_strict_nunjucks_names_what_is_missing():
    with pytest.raises(TemplateFault, match="nothing"):
        nunjucks.render("{{ input.nothing }}", ROW, strict=True)


@pytest.mark.parametrize(
    "template", ["{% for %}", "{{ a === b }}", "{% include 'x' %}", "{{ a | nofilter }}", "{% if a %}"]
)
def test_a_malformed_nunjucks_template_is_a_fault(template):
    with pytest.raises(TemplateFault):
        nunjucks.render(template, ROW, strict=False)


ATTACKS = [
    "{{ ''.__class__.__mro__ }}{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__ }}{{ self.__init__.__globals__.os }}{{ cycler() }}",
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in range(100000) %}{% for b in range(100000) %}{% if b %}{% endif %}{% endfor %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for a in range(60) %}{% set ns.x = ns.x * 2 %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for a in range(60) %}{% set ns.x = ns.x | replace('a', ns.x) %}{% endfor %}",
    "{% set ns = namespace(x='a') %}{% for a in range(60) %}{% set ns.x = [ns.x, ns.x] | join(ns.x) %}{% endfor %}",
    "{% set ns = namespace(x=3) %}{% for a in range(60) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ 'x' * 10000000000 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ range(1000000000) }}",
    "{{ lipsum(1000000) }}",
    "{{ count(1) }}{{ environment.count(1) }}{{ [1, 2].append(3) }}",
]


@pytest.mark.parametrize("template", ATTACKS)
@pytest.mark.timeout(20)
def test_a_hostile_template_is_a_fault_and_takes_little(template):
    with pytest.raises(TemplateFault):
        nunjucks.render(template, ROW, strict=False)


def test_a_template_cannot_reach_its_budget():
    names = "{{ budget }}{{ context }}{{ environment }}{% for name in self %}{{ name }}{% endfor %}"
    with pytest.raises(TemplateFault):
        nunjucks.render(names, ROW, strict=False, budget=Budget(1000))
