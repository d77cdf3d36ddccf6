"""A definition as a picture: as data, as Mermaid, as SVG."""

from typing import Annotated, Literal

from fastapi import Query, Response

from docchain.definitions.graph import mermaid
from docchain.definitions.graph_svg import svg
from docchain.definitions.models import WorkflowDefinition
from functions.api.workflows.run_schemas import GraphView

GraphFormat = Annotated[
    Literal["json", "mermaid", "svg"],
    Query(alias="format", description="`json` has the Mermaid text too; `mermaid` and `svg` are the picture alone."),
]


def graph_answer(
    definition: WorkflowDefinition, format_: str, states: dict[str, str] | None = None
) -> GraphView | Response:
    if format_ == "svg":
        return _file(svg(definition, states), "image/svg+xml")
    if format_ == "mermaid":
        return _file(mermaid(definition, states), "text/vnd.mermaid; charset=utf-8")
    return graph_view(definition, mermaid(definition, states), states or {})


def graph_view(definition: WorkflowDefinition, mermaid: str, states: dict[str, str]) -> GraphView:
    nodes = [
        {"key": n.key, "name": n.name, "node_type": n.node_type, "status": states.get(n.key, "pending")}
        for n in definition.nodes
    ]
    edges = [{"from": e.source_key, "to": n.key, "outcome": e.outcome} for n in definition.nodes for e in n.depends_on]
    return GraphView(nodes=nodes, edges=edges, mermaid=mermaid)


def _file(text: str, media_type: str) -> Response:
    """Opened in a browser it is a picture and nothing more: no script of a name that slipped through would run."""
    headers = {
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(text, media_type=media_type, headers=headers)
