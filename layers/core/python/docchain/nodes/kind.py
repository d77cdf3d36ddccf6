"""What a node kind declares about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from docchain.definitions.models import RetryPolicy

EffectClass = Literal["pure", "paid", "keyed", "once"]
FactType = Literal["number", "string", "boolean"]
# How the kind stands in a state machine: a call of its family's worker, a call whose answer comes later from
# somebody else, or a state of the machine's own.
Form = Literal["task", "choice", "wait", "map", "callback"]


class Parameters(BaseModel):
    """A node's ``config``. An unknown field is an error, so that a typo is not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class NodeKind:
    """``upstream_field`` is the parameter that, when absent, takes the text of the node's first dependency.

    ``outcomes`` are the ways on that the kind decides between; ``outcomes_of`` tells them where a ``config`` does.
    ``expressions_of`` gives the JSONata in a ``config`` as pairs of field and source. Nothing follows a kind that
    ``ends_run``.

    ``effect_of`` is for a kind whose ``config`` decides what it promises; ask ``effect_for``, never the fields.

    A kind that makes no text is looked through for it. ``version`` is part of a record's content key: raise it when
    the same inputs give another result.

    ``passes_by`` is the outcome that an edge asks for which names none. Of a callback, ``waits_for`` is the parameter
    that says how many seconds it waits, and ``waits_by_default`` is what that parameter is when absent.
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
    outcomes_of: Callable[[Mapping[str, Any]], tuple[str, ...]] | None = None
    expressions_of: Callable[[Mapping[str, Any]], tuple[tuple[str, str], ...]] | None = None
    ends_run: bool = False
    passes_by: str | None = None
    waits_for: str = ""
    waits_by_default: int = 0

    def effect_for(self, config: Mapping[str, Any]) -> EffectClass:
        return self.effect_of(config) if self.effect_of else self.effect

    def outcomes_for(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        return self.outcomes_of(config) if self.outcomes_of else self.outcomes

    def seconds_waited(self, config: Mapping[str, Any]) -> int:
        """The most that a callback waits for its answer."""
        return int(config.get(self.waits_for, self.waits_by_default))

    def expressions_for(self, config: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        return self.expressions_of(config) if self.expressions_of else ()
