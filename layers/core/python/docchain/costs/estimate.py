"""What runs of a workflow will cost, before there is one: from its own history where it has any, else from its texts.

Nothing is written, nobody is asked. Each node says what its figures rest on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docchain.ai.models import Request
from docchain.ai.paying import FRAMING_TOKENS
from docchain.analytics.reading import Figures
from docchain.costs.cost import cost_of, tokens_usd
from docchain.costs.money import to_usd
from docchain.costs.steps import own_cost_of_run, step_usage
from docchain.definitions.foreach import FOREACH, chain_inside
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue

# What infra gives the workers of each family; a test holds them together.
FAMILY_MEMORY_MB: Mapping[str, int] = {"document": 1024, "ai": 2048, "effect": 512, "control": 1024}
TYPICAL_MS = 500
LONG_MS = 5_000
CHARACTERS_A_TOKEN = 4
"""Of English prose; other scripts have fewer. The high figure counts each byte."""
UPSTREAM_CHARACTERS = 8_000
"""Of a text that is not there yet, four pages."""
ITEMS_ASSUMED = 10
FREE_WRITING = frozenset({"ai_generate", "ai_translate", "ai_extract"})
"""Kinds for which there is no method of our own."""
ANSWER_TOKENS = Request(task="summarize").max_tokens


@dataclass(frozen=True)
class Range:
    low: float
    expected: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def times(self, low: float, expected: float, high: float) -> "Range":
        return Range(self.low * low, self.expected * expected, self.high * high)


@dataclass(frozen=True)
class NodeEstimate:
    """Of one run. ``unpriced`` names a model without a listed price: its tokens are not in the sum."""

    key: str
    usd: Range
    input_tokens: int
    output_tokens: int
    basis: str
    unpriced: str | None = None


@dataclass(frozen=True)
class Defaults:
    """``models`` are what the stage asks when a node names none: ``provider/model`` of each provider, comma-joined.

    The first is who is asked when a node names nobody.
    """

    models: str
    architecture: str

    @property
    def provider(self) -> str:
        return self.models.partition("/")[0]

    def model_of(self, provider: str) -> str:
        return dict(entry.split("/", 1) for entry in self.models.split(",")).get(provider, "")


@dataclass(frozen=True)
class Asked:
    params: dict[str, Any]
    model: str | None
    defaults: Defaults


def estimate(
    definition: WorkflowDefinition, asked: Asked, history: Mapping[str, Figures], runs_before: int
) -> list[NodeEstimate]:
    """``history`` are the figures of each node over the ``runs_before`` runs that started in that time."""
    found: list[NodeEstimate] = []
    for node in definition.nodes:
        found.append(_of_node(node, asked, history.get(node.key), runs_before, 1))
        if node.node_type == FOREACH:
            items = node.config.get("items")
            count = len(items) if isinstance(items, list) else ITEMS_ASSUMED
            inside = chain_inside(node).nodes
            found += [_of_node(n, asked, history.get(n.key), runs_before, count) for n in inside]
    return found


def own_range() -> Range:
    """A run's start and end."""
    own = own_cost_of_run()
    return Range(own, own, own)


def _of_node(node: NodeDefinition, asked: Asked, past: Figures | None, runs: int, items: int) -> NodeEstimate:
    done = past.counts["completed"] if past else 0
    if past is not None and done and runs and not (asked.model and _is_paid(node)):
        return _from_history(node, past, done, runs)
    return _from_text(node, asked, items)


def _from_history(node: NodeDefinition, past: Figures, done: int, runs: int) -> NodeEstimate:
    """The mean is what is expected; half and twice are the span in which half of what we saw lay or would have."""
    a_run = done / runs
    mean = to_usd(past.counts["cost"]) / done
    return NodeEstimate(
        key=node.key,
        usd=Range(mean / 2, mean, mean * 2).times(a_run, a_run, max(1.0, a_run)),
        input_tokens=round(past.counts["input_tokens"] / runs),
        output_tokens=round(past.counts["output_tokens"] / runs),
        basis=f"history: {done} executions in {runs} runs; low is half of the mean, high is twice",
    )


def _from_text(node: NodeDefinition, asked: Asked, items: int) -> NodeEstimate:
    provider, model = _asked_of(node, asked)
    characters = _characters(node, asked.params)
    most_out = int(node.config.get("max_tokens") or (1_000 if node.node_type == "ai_generate" else ANSWER_TOKENS))
    likely_in, likely_out = characters // CHARACTERS_A_TOKEN + FRAMING_TOKENS, most_out // 2
    spans = [(likely_in // 2, most_out // 10), (likely_in, likely_out), (characters * 2 + FRAMING_TOKENS, most_out)]
    model_usd = [tokens_usd(provider, model, *span) if provider else None for span in spans]
    fixed = _step_range(node, asked.defaults.architecture)
    tokens = Range(*(float(usd or 0) for usd in model_usd))
    times = f", {items} items" if items > 1 else ""
    paid = provider is not None and provider != "local"
    basis = f"prompt of about {characters} characters, at most {most_out} tokens of answer{times}" if paid else ""
    return NodeEstimate(
        key=node.key,
        usd=(fixed + tokens).times(items, items, items),
        input_tokens=likely_in * items if paid else 0,
        output_tokens=likely_out * items if paid else 0,
        basis=basis or f"no history: {TYPICAL_MS} ms of Lambda assumed, {LONG_MS} ms at most{times}",
        unpriced=f"{provider}/{model}" if paid and model_usd[1] is None else None,
    )


def _step_range(node: NodeDefinition, architecture: str) -> Range:
    family = catalogue.get(node.node_type).family
    memory = FAMILY_MEMORY_MB.get(family or "", 0)
    costs = []
    for milliseconds in (1, TYPICAL_MS, LONG_MS):
        used = step_usage({}, milliseconds, memory, architecture, reads=len(node.sources), size=2_000, stored=False)
        costs.append(float(cost_of(used).total))
    return Range(*costs)


def _is_paid(node: NodeDefinition) -> bool:
    return catalogue.get(node.node_type).effect_for(node.config) == "paid"


def _asked_of(node: NodeDefinition, asked: Asked) -> tuple[str | None, str]:
    """Provider and model as the worker would choose them; ``None`` for a node that asks no model."""
    if not _is_paid(node):
        return None, ""
    default = asked.defaults.provider if node.node_type in FREE_WRITING else "local"
    provider = node.config.get("provider") or default
    model = node.config.get("model") or ("" if provider == "local" else asked.defaults.model_of(provider))
    if asked.model:
        # What if another one answered? ``provider/model``, or a model of the provider that the node names.
        given, _, name = asked.model.rpartition("/")
        return given or (asked.defaults.provider if provider == "local" else provider), name
    return provider, model


def _characters(node: NodeDefinition, params: dict[str, Any]) -> int:
    """Of what the node will send: parameters are in their places, texts of other nodes are guessed at."""
    total = 0
    for value in node.config.values():
        if not isinstance(value, str):
            continue
        total += len(value) + UPSTREAM_CHARACTERS * value.count("nodes.")
        total += sum(len(json.dumps(given)) for name, given in params.items() if f"params.{name}" in value)
    kind = catalogue.get(node.node_type)
    if kind.upstream_field and kind.upstream_field not in node.config:
        total += UPSTREAM_CHARACTERS
    return total
