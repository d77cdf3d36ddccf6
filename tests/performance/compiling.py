"""How long large definitions take to become machines."""

import time
from collections.abc import Iterator
from typing import Any

from docchain.compiler import asl_bytes
from docchain.definitions.normalise import normalise
from tests.performance.figures import Figure
from tests.support.definitions import TARGETS, a_condition, a_node

NODES = 1000
HANDLED = 200
SECONDS = 2.0


def measure() -> Iterator[Figure]:
    for what, nodes in _definitions().items():
        best, size = min(_compiled(nodes) for _ in range(3))
        yield Figure(what, best, "s", SECONDS, note=f"{len(nodes)} nodes, {size:,} bytes")


def _definitions() -> dict[str, list[dict[str, Any]]]:
    chain = [a_node(f"n{i}") for i in range(NODES)]
    handled = [a_node(f"n{i}", on_error="continue") for i in range(HANDLED)]
    wide = [a_node("n0"), *(a_node(f"n{i}", ["n0"]) for i in range(1, NODES - 1))]
    wide.append(a_node("end", [node["name"] for node in wide[1:]]))
    layers = [
        a_node(f"n{i}", [f"n{s}" for s in range(i // 10 * 10 - 10, i // 10 * 10)] if i > 9 else []) for i in range(500)
    ]
    asked: list[dict[str, Any]] = [a_node("n0")]
    for i in range(0, 300, 3):
        asked += [
            a_condition(f"c{i}", "params.p > 1", [asked[-1]["name"]]),
            a_node(f"yes{i}", [f"c{i}:true"]),
            a_node(f"join{i}", [f"yes{i}", f"c{i}"]),
        ]
    return {
        "a chain": chain,
        "a chain whose errors are handled": handled,
        "one fork of all": wide,
        "fifty layers of ten, all to all": layers,
        "a hundred conditions in a row": asked,
    }


def _compiled(nodes: list[dict[str, Any]]) -> tuple[float, int]:
    began = time.perf_counter()
    size = len(asl_bytes(normalise(nodes), TARGETS))
    return time.perf_counter() - began, size
