import pytest

from docchain.templating import render_template, render_value
from docchain.templating.errors import TemplateError, TemplateInvalid, TemplateUndefined


def text(source, autoescape=False, **context):
    return render_template(source, context, autoescape=autoescape)


def test_fields_loops_and_conditions_are_rendered():
    source = "{% for x in lines if x.total > 1 %}{{ loop.index }}. {{ x.name|upper }}: {{ x.total }}\n{% endfor %}"
    lines = [{"name": "a", "total": 1}, {"name": "b", "total": 2}, {"name": "c", "total": 3}]

    assert text(source, lines=lines) == "1. B: 2\n2. C: 3\n"


def test_a_field_named_like_a_method_is_the_field():
    assert text("{{ order.items }} {{ order.values }}", order={"items": 3, "values": "v"}) == "3 v"


def test_methods_of_text_and_mappings_can_be_called():
    assert (
        text("{{ name.strip().upper() }} {{ m.get('k', 'd') }} {{ m.items() }}", name=" a ", m={"x": 1})
        == 'A d [["x", 1]]'
    )


def test_values_are_written_as_json_not_as_python():
    assert (
        text("{{ a }}|{{ b }}|{{ c }}|{{ d }}", a=None, b=True, c=["é", None], d={"k": 1.5})
        == '|true|["é", null]|{"k": 1.5}'
    )


def test_html_is_escaped_only_where_asked():
    source = "{{ v }} {{ v ~ '&' }} {{ [v]|join(',') }} {{ v|replace('x', '<') }}"

    assert text(source, autoescape=True, v="<x>") == "&lt;x&gt; &lt;x&gt;&amp; &lt;x&gt; &lt;&lt;&gt;"
    assert text(source, autoescape=False, v="<x>") == "<x> <x>& <x> <<>"


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("{{ nothing }}", "nothing"),
        ("{{ node.txt }}", "the fields are: text"),
        ("{{ node.txt.deeper }}", "'txt'"),
        ("{% for x in nothing %}{% endfor %}", "nothing"),
        ("{{ ''.__class__.__mro__ }}", "__class__"),
        ("{{ node.__init__.__globals__ }}", "__init__"),
        ("{{ node|map(attribute='__class__')|list }}", "__class__"),
        ("{{ cycler }}{{ lipsum }}", "cycler"),
    ],
)
def test_an_unknown_name_is_an_error_that_names_it(source, named):
    with pytest.raises(TemplateUndefined) as raised:
        text(source, node={"text": "t"})

    assert named in raised.value.message
    assert raised.value.code == "TEMPLATE_UNDEFINED"


@pytest.mark.parametrize(
    "source",
    [
        "{% if %}",
        "{{ x",
        "{% include 'secret' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{{ 'a'|random }}",
        "{{ 'a'|center(10) }}",
        "{{ '%d'|format(1) }}",
        "{{ '<b>'|safe }}",
        "{% set ns = namespace() %}{% set ns.x = 1 %}",
    ],
)
def test_what_the_sandbox_does_not_have_is_invalid(source):
    with pytest.raises(TemplateInvalid) as raised:
        text(source)

    assert raised.value.code == "TEMPLATE_INVALID"


def test_a_syntax_error_tells_its_line():
    with pytest.raises(TemplateInvalid) as raised:
        text("fine\nfine\n{% if %}")

    assert raised.value.details == {"line": 3}


@pytest.mark.parametrize(
    "source", ["{{ 1 / 0 }}", "{{ 'a' + 1 }}", "{{ 'a'.ljust }}", "{{ [[1], [2]]|sum }}", "{{ '%d' % 1 }}"]
)
def test_a_wrong_operation_is_an_error_not_a_crash(source):
    with pytest.raises(TemplateError):
        text(source)


def test_a_callable_in_the_context_cannot_be_called():
    with pytest.raises(TemplateError):
        text("{{ f() }}", f=lambda: "called")


def test_a_lone_expression_keeps_its_type():
    value = {
        "list": "{{ a }}",
        "number": "{{ a|length }}",
        "text": "n = {{ a|length }}",
        "lazy": "{{ a|map('upper') }}",
        "plain": 4,
    }

    assert render_value(value, {"a": ["x", "y"]}) == {
        "list": ["x", "y"],
        "number": 2,
        "text": "n = 2",
        "lazy": ["X", "Y"],
        "plain": 4,
    }


def test_a_lone_expression_with_an_unknown_name_is_an_error():
    with pytest.raises(TemplateUndefined):
        render_value(["{{ missing }}"], {})


def test_text_without_braces_is_left_alone():
    assert render_value("100 % of } it", {}) == "100 % of } it"
