"""Builders of definitions, and random ones."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from docchain.compiler import Targets
from docchain.definitions.models import WorkflowDefinition
from docchain.definitions.normalise import normalise

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
TARGETS = Targets(
    workers={family: f"{ARN}steps-{family}" for family in ("document", "ai", "effect", "control")},
    lifecycle=f"{ARN}steps-lifecycle",
    transient=("TransientStepError",),
    bucket="documents",
)


def a_node(name: str, after: list[Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {"name": name, "node_type": "document_template", "config": {"template": "x"}, "depends_on": after} | changes


def a_condition(name: str, expression: str, after: list[Any] | None = None) -> dict[str, Any]:
    return a_node(name, after, node_type="condition", config={"expression": expression})


def a_delay(name: str, seconds: int, after: list[Any] | None = None) -> dict[str, Any]:
    return a_node(name, after, node_type="delay", config={"seconds": seconds})


def a_definition(*nodes: dict[str, Any]) -> WorkflowDefinition:
    return normalise(nodes)


@dataclass(frozen=True)
class Case:
    """A definition with what its workers answer, and the params of the run."""

    definition: WorkflowDefinition
    words: dict[str, int | None]
    params: dict[str, int]


@st.composite
def cases(draw: st.DrawFn, max_nodes: int = 12) -> Case:
    kinds: list[str] = []
    nodes: list[dict[str, Any]] = []
    before: list[set[int]] = []
    for i in range(draw(st.integers(1, max_nodes))):
        sources = draw(st.sets(st.integers(0, i - 1), max_size=3)) if i else set()
        before.append(set(sources).union(*(before[s] for s in sources)))
        kind = draw(st.sampled_from(["task", "task", "task", "choice", "wait"]))
        edges = [_edge(draw, f"n{s}", kinds[s]) for s in sorted(sources)]
        kinds.append(kind)
        if kind == "task":
            nodes.append(a_node(f"n{i}", edges))
        elif kind == "wait":
            nodes.append(a_delay(f"n{i}", draw(st.integers(1, 60)), edges))
        else:
            asked = draw(st.sampled_from([-1, *sorted(b for b in before[i] if kinds[b] == "task")]))
            name = "params.p" if asked < 0 else f"nodes.n{asked}.words"
            nodes.append(a_condition(f"n{i}", f"{name} > {draw(st.integers(0, 3))}", edges))
    count = len(nodes)
    words = draw(st.lists(st.none() | st.integers(0, 4), min_size=count, max_size=count))
    params = draw(st.just({}) | st.fixed_dictionaries({"p": st.integers(0, 4)}))
    return Case(normalise(nodes), {f"n{i}": value for i, value in enumerate(words)}, params)


def _edge(draw: st.DrawFn, source: str, kind: str) -> str:
    return source + (draw(st.sampled_from(["", ":true", ":false"])) if kind == "choice" else "")
