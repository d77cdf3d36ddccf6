"""Graphs over the real handler, in each of their forms."""

import base64
from typing import Any

import pytest

from functions.api.workflows.handler import handler
from tests.support.rest import a_caller, a_context, call, rest_event

BASE = "/api/v3/workflows"
NODES = [
    {"name": "<b>Hello</b>", "node_type": "document_template", "config": {"template": "hi"}},
    {"name": "Render", "node_type": "document_render"},
]


@pytest.mark.parametrize("path", ["{w}/graph", "{w}/versions/1/graph", "runs/{r}/graph"])
def test_a_graph_is_data_mermaid_or_a_picture(tenant: str, path: str) -> None:
    caller = a_caller(tenant)
    workflow = call(handler, "POST", BASE, {"name": "W", "nodes": NODES}, caller)[1]["id"]
    run = call(handler, "POST", f"{BASE}/{workflow}/execute", {}, caller)[1]["id"]
    at = f"{BASE}/{path.format(w=workflow, r=run)}"

    def asked(query: str) -> tuple[dict[str, str], str]:
        answer = handler(rest_event("GET", f"{at}{query}", caller=caller), a_context())
        assert answer["statusCode"] == 200, answer
        body = answer["body"]
        return answer["headers"], base64.b64decode(body).decode() if answer["isBase64Encoded"] else body

    data: Any = call(handler, "GET", at, None, caller)[1]
    assert [n["key"] for n in data["nodes"]] == ["b_hello_b", "render"]
    assert data["edges"] == [{"from": "b_hello_b", "to": "render", "outcome": None}]
    headers, text = asked("?format=mermaid")
    assert text == data["mermaid"]
    headers, text = asked("?format=svg")
    assert headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "&lt;b&gt;Hello&lt;/b&gt;" in text
    assert call(handler, "GET", f"{at}?format=png", None, caller)[0] == 422
    assert call(handler, "GET", at, None, a_caller(f"{tenant}x"))[0] == 404
