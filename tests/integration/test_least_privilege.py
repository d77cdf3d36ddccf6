"""Everything a user does, with the emulator checking each call of a function against that function's own role.

A stage of its own: it is deployed without the checks, since the CDK's bucket refuses http, and started again with them.
Roles of state machines, schedules and streams are not evaluated here; ``tests/infra/test_permissions.py`` reads those.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from infra.local import deployment
from infra.local import stage as local_stage
from infra.local.harness import StageHandle
from infra.local.place import Place
from tests.integration.test_chain import DOCUMENTS, REVIEW
from tests.support.client import TEMPLATE_CHAIN, Client, hear, of_type, say, until
from tests.support.pages import PAGES, type_in

PLACE = Place(name="privilege", port=8300, stage_port=4866, model_port=18380)
WORKFLOWS = "/api/v3/workflows"
REFUSALS = ("AccessDenied", "not authorized to perform")


@pytest.fixture(scope="module")
def guarded() -> Iterator[StageHandle]:
    local_stage.reset(PLACE)
    local_stage.start(PLACE, model=True)
    local_stage.stop(PLACE)
    # What is edited meanwhile counts for the next run: a deployment cannot be made with the checks on.
    (PLACE.home / "deployed").write_text(deployment.fingerprint(PLACE))
    place = replace(PLACE, auth=True)
    local_stage.start(place, model=True)
    try:
        yield StageHandle(place)
    finally:
        local_stage.stop(place)


@pytest.fixture
def user(guarded: StageHandle) -> Client:
    return Client(guarded.base_url, guarded.ws_url).newcomer()


@pytest.fixture(autouse=True)
def _nothing_was_refused(guarded: StageHandle, request: pytest.FixtureRequest) -> Iterator[None]:
    """Also a refusal that the code survives, which no answer would tell of."""
    log = guarded.place.home / "emulator.log"
    start = log.stat().st_size
    yield
    if "refuses" not in request.node.name:
        said = log.read_bytes()[start:].decode(errors="replace").splitlines()
        assert [line for line in said if any(refusal in line for refusal in REFUSALS)] == []


def test_identity(guarded: StageHandle, user: Client) -> None:
    assert user.ok("GET", "/api/v3/auth/me")
    assert user.ok("GET", "/api/v3/security/profile")
    assert user.ok("GET", "/api/v3/security/.well-known/jwks.json")["keys"]
    login = {"username": "admin", "password": "admin123"}
    assert user.ok("POST", "/api/v3/auth/login", login)
    tokens = user.ok("POST", "/api/v3/security/auth/login", login)
    renewed = user.ok("POST", "/api/v3/security/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    Client(guarded.base_url, guarded.ws_url, renewed["access_token"]).ok("POST", "/api/v3/security/auth/logout")


def test_health(user: Client) -> None:
    services = user.ok("GET", "/api/v3/health/detailed")["services"]

    assert {name: service["status"] for name, service in services.items()} == dict.fromkeys(services, "healthy")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_the_pages_of_the_groups_say(guarded: StageHandle, user: Client, page: Path, tmp_path: Path) -> None:
    done = type_in(page, guarded.base_url, str(user.token), tmp_path)

    assert done.returncode == 0, f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}"


def test_documents(user: Client) -> None:
    base, data = f"{WORKFLOWS}/documents", b"x" * 1000
    document = user.upload(data, "a.txt")
    card = user.ok("GET", f"{base}/{document}")
    assert user.call("GET", f"{base}/{document}/content").content == data
    assert httpx.get(card["download_url"]).content == data
    form = user.ok("POST", f"{base}/uploads", {"filename": "b.txt", "size": len(data)})
    done = {"filename": "b.txt", "sha256": hashlib.sha256(data).hexdigest()}
    missing = user.call("POST", f"{base}/uploads/{form['upload_id']}/complete", done)
    assert missing.status_code < 500, missing.text
    sent = httpx.post(form["url"], data=form["fields"], files={"file": ("b.txt", data)})
    assert sent.status_code in {200, 204}, sent.text
    assert user.ok("POST", f"{base}/uploads/{form['upload_id']}/complete", done)["size"] == len(data)
    assert len(user.ok("GET", base)) == 2
    user.ok("DELETE", f"{base}/{document}")


def test_a_chain_of_every_kind_of_node_is_seen_live(user: Client) -> None:
    file = "service-agreement.en.pdf"
    document = user.upload((DOCUMENTS / file).read_bytes(), file)
    workflow = user.workflow(*REVIEW)
    path = f"{WORKFLOWS}/{workflow}"

    async def watch() -> dict[str, Any]:
        async with user.socket() as ws:
            await hear(ws, of_type("connection_established"))
            await say(ws, type="join_workflow", workflow_id=workflow)
            await hear(ws, of_type("joined_workflow"))
            run = await asyncio.to_thread(user.run, workflow, document_id=document)
            await hear(ws, lambda m: m["type"] == "event" and m["data"].get("run_id") == run["id"])
            await say(ws, type="join_run", run_id=run["id"])
            await say(ws, type="get_stats")
            await hear(ws, of_type("stats"))
            rest = await asyncio.to_thread(user.ok, "GET", "/api/v3/ws/connections")
            assert rest
            return run

    run = asyncio.run(watch())
    assert run["status"] == "completed", run["error"]
    for part in ("", "/nodes", "/events", "/graph", "/cost"):
        assert user.ok("GET", f"{WORKFLOWS}/runs/{run['id']}{part}")
    for part in ("", "/nodes", "/graph", "/versions", "/runs"):
        assert user.ok("GET", f"{path}{part}")
    assert user.ok("GET", WORKFLOWS)
    assert user.ok("POST", f"{path}/validate")
    assert user.ok("POST", f"{path}/publish")
    assert user.ok("GET", "/api/v3/ws/stats")
    user.ok("GET", "/api/v3/ws/rooms")
    order = {"workflow_id": workflow, "parameters": {"document_id": document}, "wait_seconds": 25}
    assert user.ok("POST", "/api/v3/advanced/workflows/execute", order)
    user.ok("DELETE", path)


def test_a_workflow_is_edited(user: Client) -> None:
    path = f"{WORKFLOWS}/{user.workflow(*TEMPLATE_CHAIN[:2])}"
    node = user.ok("POST", f"{path}/nodes", TEMPLATE_CHAIN[2])
    user.ok("PUT", f"{path}/nodes/{node['id']}", {"name": "other"})
    user.ok("GET", f"{path}/nodes/{node['id']}")
    user.ok("DELETE", f"{path}/nodes/{node['id']}")
    user.ok("PUT", path, {"name": "renamed"})


def test_a_run_is_cancelled_and_one_that_failed_is_resumed(user: Client) -> None:
    wait = {"name": "Wait", "node_type": "delay", "config": {"seconds": 60}}
    run = user.run(user.workflow(wait), wait_seconds=0)
    user.ok("POST", f"{WORKFLOWS}/runs/{run['id']}/cancel")
    assert user.wait_for_run(run["id"], lambda r: r["status"] == "cancelled")
    failed = user.run(user.workflow(REVIEW[0]), document_id="nothing")
    assert failed["status"] == "failed"
    user.ok("POST", f"{WORKFLOWS}/runs/{failed['id']}/resume")
    assert user.wait_for_run(failed["id"], lambda r: r["status"] == "failed")


def test_a_cut_execution_is_noticed(guarded: StageHandle, user: Client) -> None:
    """By the listener to executions, and by the job that looks at open runs."""
    wait = {"name": "Wait", "node_type": "delay", "config": {"seconds": 60}}
    run = user.run(user.workflow(wait), wait_seconds=0)
    machines = guarded.client("stepfunctions")
    for machine in machines.list_state_machines()["stateMachines"]:
        running = machines.list_executions(stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING")
        for execution in running["executions"]:
            machines.stop_execution(executionArn=execution["executionArn"])
    answer = guarded.client("lambda").invoke(FunctionName="docchain-local-schedules-stuck-runs", Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    assert user.wait_for_run(run["id"], lambda r: r["status"] == "interrupted")


def test_logout_closes_the_socket(user: Client) -> None:
    async def talk() -> None:
        async with user.socket() as ws:
            await hear(ws, of_type("connection_established"))
            await asyncio.to_thread(user.ok, "POST", "/api/v3/security/auth/logout")
            with pytest.raises(ConnectionClosed):
                async with asyncio.timeout(10):
                    while True:
                        await ws.recv()

    asyncio.run(talk())


def test_the_emulator_refuses_what_a_role_does_not_allow(guarded: StageHandle, user: Client) -> None:
    """Without this the others would also pass where nothing is checked. Last, since it takes a role's rights away."""
    iam, function = guarded.client("iam"), guarded.client("lambda")
    arn = function.get_function_configuration(FunctionName="docchain-local-api-ws")["Role"]
    role = arn.rpartition("/")[2]
    assert user.ok("GET", "/api/v3/ws/connections") is not None
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)

    until(lambda: user.call("GET", "/api/v3/ws/connections").status_code >= 500)
