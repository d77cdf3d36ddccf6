"""Templates are sound data, and what is settled in them stays text."""

from typing import Any

import pytest

from docchain.compiler import asl_bytes
from docchain.definitions.checks import validate
from docchain.definitions.normalise import normalise
from docchain.templates.catalogue import all_templates, template_named
from docchain.templates.models import SettingsInvalid, TemplateNotFound, WorkflowTemplate
from docchain.templates.settling import settled_nodes
from tests.support.definitions import TARGETS

ALL = list(all_templates().values())


def test_there_are_at_least_eight() -> None:
    assert len(ALL) >= 8
    assert {"invoice_approval", "contract_review", "report_writing", "translation_with_review"} <= set(all_templates())


@pytest.mark.parametrize("template", ALL, ids=lambda t: t.name)
def test_a_template_compiles_and_every_setting_is_used(template: WorkflowTemplate) -> None:
    definition = normalise(settled_nodes(template, {}))
    assert validate(definition) == []
    assert asl_bytes(definition, TARGETS)
    assert "[[" not in definition.canonical_bytes().decode()
    written = template.model_dump_json(include={"nodes"})
    assert [name for name in template.settings if f"[[{name}]]" not in written] == []
    assert [name for name in template.parameters if f"params.{name}" not in written] == []


@pytest.mark.parametrize("template", ALL, ids=lambda t: t.name)
def test_the_defaults_are_settings_that_would_be_taken(template: WorkflowTemplate) -> None:
    assert settled_nodes(template, {n: s.default for n, s in template.settings.items()}) == settled_nodes(template, {})


def test_a_setting_keeps_its_type_alone_and_is_text_among_text() -> None:
    nodes = settled_nodes(template_named("invoice_approval"), {"limit": 50, "approvers": ["ada", "role:admin"]})
    by_key: dict[str, Any] = {n["key"]: n["config"] for n in nodes}
    assert by_key["large"]["expression"] == "params.amount > 50"
    assert by_key["approve"]["approvers"] == ["ada", "role:admin"]


@pytest.mark.parametrize(
    "given",
    [
        {"limit": "50"},
        {"limit": True},
        {"limit": 1.5},
        {"approvers": []},
        {"approvers": "ada"},
        {"approvers": ["x" * 501]},
        {"format": "{{ params.x }}"},
        {"format": "[[limit]]"},
        {"format": ""},
        {"unknown": 1},
    ],
)
def test_a_setting_that_does_not_fit_is_refused_by_name(given: dict[str, Any]) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        settled_nodes(template_named("invoice_approval"), given)
    assert raised.value.details[0]["field"] == f"parameters.{next(iter(given))}"


def test_an_unknown_template_names_those_that_there_are() -> None:
    with pytest.raises(TemplateNotFound) as raised:
        template_named("no")
    assert "contract_review" in raised.value.details["known"]
