import pytest

from docchain.templating import references
from docchain.templating.errors import TemplateInvalid


def test_constant_paths_from_the_roots_are_found():
    source = "{{ nodes.summary.text|upper }} {{ input['topic'].upper() }} {{ params.p ~ item }}"

    assert references(source) == {"nodes.summary.text", "input.topic", "params.p", "item"}


def test_names_that_the_template_makes_itself_are_not_references():
    source = "{% for row in nodes.table.rows %}{{ row.total }}{{ loop.index }}{% endfor %}{% set a = range(3) %}{{ a }}"

    assert references(source) == {"nodes.table.rows"}


def test_a_path_ends_where_it_is_no_longer_constant():
    assert references("{{ nodes[params.which].text }}") == {"params.which", "nodes"}


def test_text_without_expressions_refers_to_nothing():
    assert references("plain { text }") == set()


def test_a_template_that_cannot_be_parsed_is_invalid():
    with pytest.raises(TemplateInvalid):
        references("{{ a. }}")
