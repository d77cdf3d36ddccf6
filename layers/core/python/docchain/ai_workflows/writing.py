"""An AI workflow as it is made or changed: what was asked for becomes a body, and a draft of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docchain.ai_workflows.choices import Choice
from docchain.ai_workflows.compiling import READER, Asked, Chosen, nodes_of
from docchain.ai_workflows.material import check_input
from docchain.ai_workflows.models import AskedOf, Body, Provider, Step
from docchain.ai_workflows.step_parameters import check_steps
from docchain.clock import now
from docchain.definitions.checks import require_valid
from docchain.definitions.normalise import normalise
from docchain.workflows.models import Node


@dataclass(frozen=True)
class Written:
    body: Body
    nodes: list[Node]


def written(
    steps: list[Step],
    input_data: dict[str, Any],
    parameters: dict[str, Any],
    provider: Provider,
    *,
    provider_named: bool,
    choices: Mapping[str, Choice],
) -> Written:
    """Raises ``StepsInvalid``, ``DefinitionInvalid`` and what is wrong with the input."""
    check_input(input_data)
    check_steps(steps)
    chosen = {
        step.ai_task: Chosen(found.provider, found.model, found.temperature, found.version)
        for step in steps
        if (found := choices.get(step.ai_task.value)) and found.provider
    }
    raw, taken = nodes_of(Asked(tuple(steps), input_data, parameters, provider, provider_named, chosen))
    moment = now()
    nodes = [
        Node(**{**fields, "id": number, "created_at": moment, "updated_at": moment})
        for number, fields in enumerate(raw, 1)
    ]
    require_valid(normalise([node.as_written() for node in nodes]))
    body = Body(
        input_data=input_data,
        parameters=parameters,
        steps=steps,
        choices=taken,
        asked=_asked(raw),
        provider_named=provider_named,
    )
    return Written(body, nodes)


def _asked(raw: list[dict[str, Any]]) -> dict[str, AskedOf]:
    return {
        node["key"]: AskedOf(
            provider=node["config"].get("provider", "fallback"),
            model=node["config"].get("model"),
            temperature=node["config"].get("temperature"),
        )
        for node in raw
        if node["node_type"].startswith("ai_") and node["key"] != READER
    }
