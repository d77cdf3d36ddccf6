"""Line breaks in what is sent: none comes back as a header of its own, and none begins a line of the log."""

import json

import pytest

from tests.support.rest import a_context, call, rest_event
from tests.support.routes import every_route
from tests.unit.attacks.doors import NOTHING

SPLIT = "a\r\nset-cookie: stolen=1\r\n\r\n<script>"
FORGED = 'x\n{"level":"INFO","message":"forged"}'


def answer_of(route, event):
    import importlib

    return importlib.import_module(f"functions.api.{route.group}.handler").handler(event, a_context())


@pytest.mark.parametrize("route", [r for r in every_route() if r.method == "GET"], ids=str)
def test_no_query_splits_a_header(admin, route):
    names = {
        "cursor",
        "limit",
        "skip",
        "filename",
        "name",
        "format",
        *(p.name for p in route.route.dependant.query_params),
    }
    event = rest_event("GET", route.at(NOTHING), None, admin, {"origin": f"https://x{SPLIT}", "x-request-id": SPLIT})
    event["queryStringParameters"] = dict.fromkeys(names, SPLIT)
    event["multiValueQueryStringParameters"] = {name: [SPLIT] for name in names}
    answer = answer_of(route, event)
    assert answer["statusCode"] < 500, answer["body"]
    assert not [v for v in map(str, answer["headers"].values()) if "\r" in v or "\n" in v]
    assert "set-cookie" not in {name.lower() for name in answer["headers"]}


def test_the_name_of_a_document_splits_no_header(admin):
    from functions.api.workflows.handler import handler

    disposition = "Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20a%3D1.txt"
    body = "\r\n".join(["--x", disposition, "Content-Type: text/plain", "", "text", "--x--", ""]).encode()
    headers = {"content-type": "multipart/form-data; boundary=x"}
    status, made = call(handler, "POST", "/api/v3/workflows/documents", body, admin, headers)
    assert status < 500, made
    if status == 200:
        answer = handler(
            rest_event("GET", f"/api/v3/workflows/documents/{made['id']}/content", None, admin), a_context()
        )
        assert not [v for v in map(str, answer["headers"].values()) if "\r" in v or "\n" in v]


@pytest.mark.parametrize("where", ["path", "userAgent", "sourceIp"])
def test_a_line_of_the_log_stays_one_line(admin, capsys, where):
    from functions.api.security.handler import handler

    event = rest_event("GET", "/api/v3/security/profile", None, admin)
    if where == "path":
        event["path"] = event["requestContext"]["path"] = f"/api/v3/security/{FORGED}"
    else:
        event["requestContext"]["identity"][where] = FORGED
    assert handler(event, a_context())["statusCode"] < 500
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "forged" not in [line.get("message") for line in lines]
    assert lines
