"""switch: the first of several JSONata expressions that holds decides which edges are taken."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from docchain.nodes.kind import NodeKind, Parameters
from docchain.nodes.kinds.condition import MAX_EXPRESSION

CASES_MOST = 20
# Written in edges (route:large) and in the machine's own expressions.
NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,31}$"
DEFAULT = "default"


class Case(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=NAME)
    expression: str = Field(min_length=1, max_length=MAX_EXPRESSION)


class Switch(Parameters):
    """``default`` names the way that is taken when no case holds; it may be one of the cases."""

    cases: list[Case] = Field(min_length=1, max_length=CASES_MOST)
    default: str = Field(default=DEFAULT, pattern=NAME)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        twice = [name for name, count in Counter(case.name for case in self.cases).items() if count > 1]
        if twice:
            raise ValueError(f"two cases have the name '{twice[0]}'")
        return self


def outcomes_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(case["name"] for case in config["cases"]), config.get("default", DEFAULT)]))


def expressions_of(config: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((f"config.cases[{i}].expression", case["expression"]) for i, case in enumerate(config["cases"]))


KIND = NodeKind(
    name="switch",
    title="Decide between several ways",
    parameters=Switch,
    form="choice",
    family=None,
    effect="pure",
    makes_text=False,
    outcomes_of=outcomes_of,
    expressions_of=expressions_of,
)
