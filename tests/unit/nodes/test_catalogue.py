"""The catalogue knows each kind by name and alias, and its declarations hold together."""

import pytest

from docchain.nodes import catalogue
from docchain.nodes.errors import UnknownNodeKind
from docchain.nodes.kind import NodeKind

KINDS = list(catalogue.all_kinds().values())


def test_the_kinds_that_there_are() -> None:
    assert [kind.name for kind in KINDS] == [
        "ai_analyze",
        "ai_extract",
        "ai_generate",
        "ai_summarize",
        "ai_translate",
        "approval",
        "condition",
        "delay",
        "document_extract",
        "document_merge",
        "document_render",
        "document_split",
        "document_template",
        "fail",
        "foreach",
        "http_request",
        "notify",
        "publish_event",
        "store",
        "subworkflow",
        "succeed",
        "switch",
        "wait_for_webhook",
        "wait_until",
    ]


def test_an_alias_is_the_kind_itself() -> None:
    assert catalogue.get("ai_processing") is catalogue.get("ai_generate")
    assert catalogue.canonical_name("ai_processing") == "ai_generate"


def test_an_unknown_kind_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNodeKind, match=r"There is no node kind 'shred'.*delay") as raised:
        catalogue.get("shred")
    assert raised.value.status == 422


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_names_only_parameters_that_it_has(kind: NodeKind) -> None:
    fields = set(kind.parameters.model_fields)
    assert set(kind.templates) <= fields
    assert kind.upstream_field is None or kind.upstream_field in kind.templates
    assert (kind.family is None) == (kind.form not in ("task", "map", "callback"))
    assert bool(kind.outcomes or kind.outcomes_of) >= (kind.form == "choice")


def test_a_document_is_by_default_the_one_that_the_run_was_given() -> None:
    parameters = catalogue.get("document_extract").parameters.model_validate({})
    assert parameters.model_dump()["document"] == "{{ input.document_id }}"
