"""Each of these would take minutes or gigabytes in Jinja's own sandbox."""

import time

import pytest

from docchain.templating import render_template, render_value
from docchain.templating.errors import TemplateLimit

DOUBLED = "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 60
SHARED = "{% set x = [1] %}" + "{% set x = [x, x] %}" * 60
BOMBS = {
    "repeated text": "{{ 'a' * 10**9 }}",
    "repeated list": "{{ [1] * 10**9 }}",
    "long range": "{{ range(10**9)|list }}",
    "long loop": "{% for i in range(10**9) %}x{% endfor %}",
    "long loop with a filter": "{% for i in range(10**9) if false %}x{% endfor %}",
    "silent nested loops": "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
    "large power": "{{ 10 ** (10 ** 10) }}",
    "large product": "{% set x = 2**4000 %}{{ x * x }}",
    "doubled text": DOUBLED,
    "shared lists, written": SHARED + "{{ x }}",
    "shared lists, compared": SHARED + "{{ x == x }}",
    "shared mappings, as json": SHARED.replace("[x, x]", "{'a': x, 'b': x}") + "{{ x|tojson }}",
    "method replace": "{{ ('a' * 1000000).replace('', 'b' * 1000) }}",
    "filter replace": "{{ ('a' * 1000000)|replace('a', 'b' * 1000) }}",
    "join": "{{ range(100000)|join('b' * 100000) }}",
    "split": "{{ document.split()|length }}",
    "sorted text": "{{ document|sort|length }}",
    "grouped text": "{{ document|groupby(0)|length }}",
    "copies of a document": "{% for i in range(100000) %}{% if document[1:] %}{% endif %}{% endfor %}",
    "searches in a document": "{% for i in range(100000) %}{% if 'x' in document %}{% endif %}{% endfor %}",
    "long output": "{{ document }}",
    "parentheses": "{{" + "(" * 20_000 + "1" + ")" * 20_000 + "}}",
    "minus signs": "{{" + "-" * 20_000 + "1}}",
    "many terms": "{{" + "1+" * 40_000 + "1}}",
    "long source": "x" * 100_001,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_template_bomb_ends_soon_with_a_clear_error(bomb):
    started = time.process_time()

    with pytest.raises(TemplateLimit) as raised:
        render_template(BOMBS[bomb], {"document": "abc " * 1_200_000}, autoescape=False)

    assert raised.value.code == "TEMPLATE_LIMIT"
    assert time.process_time() - started < 2


def test_a_json_indent_of_any_width_is_refused():
    with pytest.raises(Exception, match="indent"):
        render_template("{{ {1: 2}|tojson(indent=1000000000) }}", {}, autoescape=False)


def test_a_large_but_honest_template_is_rendered():
    rows = [{"name": f"row {n}", "total": n} for n in range(5_000)]

    text = render_template(
        "{% for r in rows %}| {{ r.name|upper }} | {{ r.total * 2 }} |\n{% endfor %}", {"rows": rows}, autoescape=False
    )

    assert text.count("\n") == 5_000


def test_a_document_of_five_million_characters_can_be_handed_on_whole():
    document = "x" * 5_000_000

    assert render_value("{{ nodes.extract.text }}", {"nodes": {"extract": {"text": document}}}) == document


def test_a_deeply_nested_value_is_refused():
    value = "{{ 1 }}"
    for _ in range(60):
        value = [value]

    with pytest.raises(TemplateLimit):
        render_value(value, {})
