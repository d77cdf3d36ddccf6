"""condition: a JSONata expression over facts and params decides which edges are taken."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from docchain.nodes.kind import NodeKind, Parameters

MAX_EXPRESSION = 1000


class Condition(Parameters):
    expression: str = Field(min_length=1, max_length=MAX_EXPRESSION)


def expressions_of(config: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (("config.expression", config["expression"]),)


KIND = NodeKind(
    name="condition",
    title="Decide between two ways",
    parameters=Condition,
    form="choice",
    family=None,
    effect="pure",
    makes_text=False,
    outcomes=("true", "false"),
    expressions_of=expressions_of,
)
