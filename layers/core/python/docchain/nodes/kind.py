"""What a node kind declares about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from docchain.definitions.models import RetryPolicy

EffectClass = Literal["pure", "paid", "keyed", "once"]
FactType = Literal["number", "string", "boolean"]
# How the kind stands in a state machine: a call of its family's worker, or a state of the machine's own.
Form = Literal["task", "choice", "wait"]


class Parameters(BaseModel):
    """A node's ``config``. An unknown field is an error, so that a typo is not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class NodeKind:
    """``upstream_field`` is the parameter that, when absent, takes the text of the node's first dependency.

    ``effect_of`` is for a kind whose ``config`` decides what it promises; ask ``effect_for``, never the fields.

    A kind that makes no text is looked through for it. ``version`` is part of a record's content key: raise it when
    the same inputs give another result.
    """

    name: str
    title: str
    parameters: type[Parameters]
    form: Form
    family: str | None
    effect: EffectClass
    effect_of: Callable[[Mapping[str, Any]], EffectClass] | None = None
    version: int = 1
    aliases: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    upstream_field: str | None = None
    makes_text: bool = True
    timeout_seconds: int = 60
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    facts: Mapping[str, FactType] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()

    def effect_for(self, config: Mapping[str, Any]) -> EffectClass:
        return self.effect_of(config) if self.effect_of else self.effect
