"""Builders of definitions, and random ones."""

from dataclasses import dataclass, field
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


def a_switch(name: str, after: list[Any] | None = None, default: str = "default", **cases: str) -> dict[str, Any]:
    written = [{"name": case, "expression": expression} for case, expression in cases.items()]
    return a_node(name, after, node_type="switch", config={"cases": written, "default": default})


def a_wait_until(name: str, until: str, after: list[Any] | None = None) -> dict[str, Any]:
    return a_node(name, after, node_type="wait_until", config={"until": until})


def a_fail(name: str, after: list[Any] | None = None, message: str = "no", **config: Any) -> dict[str, Any]:
    return a_node(name, after, node_type="fail", config={"message": message, **config})


def a_succeed(name: str, after: list[Any] | None = None) -> dict[str, Any]:
    return a_node(name, after, node_type="succeed", config={})


@dataclass(frozen=True)
class Case:
    """A definition with what its workers answer, which of them fail and by what error, and the params of the run."""

    definition: WorkflowDefinition
    words: dict[str, int | None]
    params: dict[str, int]
    errors: dict[str, str] = field(default_factory=dict)


ERRORS = ("PermanentStepError", "States.Timeout", "TransientStepError")
KINDS = ("task", "task", "task", "task", "choice", "switch", "wait", "moment")


@st.composite
def cases(draw: st.DrawFn, max_nodes: int = 12) -> Case:
    """A node depends on some before it; each goto leads to one after it. What ends a run has nothing after it."""
    kinds: list[str] = []
    nodes: list[dict[str, Any]] = []
    before: list[set[int]] = []
    count = draw(st.integers(1, max_nodes))
    for i in range(count):
        followed = [s for s in range(i) if kinds[s] not in ("fail", "succeed")]
        sources = draw(st.sets(st.sampled_from(followed), max_size=3)) if followed else set()
        before.append(set(sources).union(*(before[s] for s in sources)))
        kind = (
            draw(st.sampled_from(("fail", "succeed")))
            if draw(st.integers(0, 19)) == 0
            else draw(st.sampled_from(KINDS))
        )
        edges = [_edge(draw, f"n{s}", nodes[s]) for s in sorted(sources)]
        kinds.append(kind)
        asked = draw(st.sampled_from([-1, *sorted(b for b in before[i] if kinds[b] == "task")]))
        name = "params.p" if asked < 0 else f"nodes.n{asked}.words"
        nodes.append(_drawn(draw, kind, f"n{i}", name, edges))
        if kind == "task" and draw(st.integers(0, 2)) == 0:
            after = draw(st.integers(i, count - 1))
            nodes[i]["on_error"] = "continue" if after == i else f"goto:n{after}"
    words = draw(st.lists(st.none() | st.integers(0, 4), min_size=count, max_size=count))
    params = draw(st.just({}) | st.fixed_dictionaries({"p": st.integers(0, 4)}))
    tasks = [f"n{i}" for i in range(count) if kinds[i] == "task"]
    handled = [key for key in tasks if "on_error" in nodes[int(key[1:])]]
    # Most runs do not fail by an error that nobody handles: they would show little of what comes after it.
    failing = draw(st.sets(st.sampled_from(handled))) if handled else set()
    failing |= {draw(st.sampled_from(tasks))} if tasks and draw(st.integers(0, 9)) == 0 else set()
    errors = {key: draw(st.sampled_from(ERRORS)) for key in sorted(failing)}
    return Case(normalise(nodes), {f"n{i}": value for i, value in enumerate(words)}, params, errors)


def _drawn(draw: st.DrawFn, kind: str, key: str, asked: str, edges: list[str]) -> dict[str, Any]:
    if kind == "choice":
        return a_condition(key, f"{asked} > {draw(st.integers(0, 3))}", edges)
    if kind == "switch":
        default = draw(st.sampled_from(["default", "few"]))
        return a_switch(key, edges, default, many=f"{asked} > {draw(st.integers(1, 3))}", few=f"{asked} > 0")
    if kind == "wait":
        return a_delay(key, draw(st.integers(1, 60)), edges)
    if kind == "moment":
        return a_wait_until(key, draw(st.sampled_from(["2020-02-29T23:59:59Z", "$now()"])), edges)
    if kind == "fail":
        return a_fail(key, edges)
    return a_succeed(key, edges) if kind == "succeed" else a_node(key, edges)


def _edge(draw: st.DrawFn, source: str, node: dict[str, Any]) -> str:
    if node["node_type"] == "condition":
        return source + draw(st.sampled_from(["", ":true", ":false"]))
    if node["node_type"] == "switch":
        default = "" if node["config"]["default"] == "few" else ":default"
        return source + draw(st.sampled_from(["", ":many", ":few", default]))
    if "on_error" in node:
        return source + draw(st.sampled_from(["", "", ":ok", ":error"]))
    return source
