"""The table of who may call what, over HTTP with real tokens: gateway, authorizer and handlers as they are deployed.

The walk over every route and every role is a unit test. Here each route is called by whom the table puts next to its
line: by nobody, by the least who may, by the most who may not, and by an API key that reads. Nothing of it exists and
no body is sent, so that whoever is let in meets 200, 404 or 422.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from docchain.auth.permissions import ROLES
from infra.local.harness import StageHandle
from tests.support.cast import KEY, NOBODY, may
from tests.support.client import Client
from tests.support.routes import Route, every_route

PASSWORD = "Tr1cky!enough-9"
UPWARDS = tuple(reversed(ROLES))
AT_ONCE = 4
# In the form of each id; what a test does not know yet is taken for a number.
NOTHING = defaultdict(
    lambda: "987654321",
    {
        "invitation_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "session_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "upload_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "document_id": "doc_01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "entry_id": "audit_987654321",
        "api_key_id": "987654321_01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "passkey_id": "f" * 64,
        "name": "nothing",
    },
)
# They end the session that calls them, and the others would meet 401.
ENDING = {"POST /api/v3/security/auth/logout", "POST /api/v3/security/sessions/revoke-all"}
# Who is not known is counted by address, and all tests call from one: their POSTs are left to the unit test.
ROUTES = [r for r in every_route() if str(r) not in ENDING and (r.access != "public" or r.method == "GET")]


@pytest.fixture(scope="module")
def cast(stage: StageHandle, admin: Client) -> Iterator[dict[str, Client]]:
    """A tenant of its own, with one person of each role who came by invitation, and a key of its administrator."""
    founder = admin.newcomer()
    founder.ok("PUT", "/api/v3/security/policies", {"api": {"rate_limit_per_minute": 1_000_000}})
    people = {role: joined(stage, founder, role) for role in ROLES if role != "admin"}
    made = founder.ok("POST", "/api/v3/security/api-keys", {"name": "walk", "permissions": ["read"]})
    key = Client(stage.base_url, stage.ws_url, made["api_key"])
    yield {"admin": founder, **people, KEY: key, NOBODY: Client(stage.base_url, stage.ws_url)}


def joined(stage: StageHandle, founder: Client, role: str) -> Client:
    name = f"u{uuid.uuid4().hex[:12]}"
    invited = founder.ok(
        "POST", "/api/v3/auth/invitations?deliver=link", {"email": f"{name}@example.com", "roles": [role]}
    )
    newcomer = Client(stage.base_url, stage.ws_url)
    acceptance = {"token": invited["token"], "username": name, "password": PASSWORD}
    newcomer.ok("POST", "/api/v3/auth/invitations/accept", acceptance)
    return newcomer.log_in(name, PASSWORD)


def knockers(route: Route) -> list[str]:
    """Nobody, the key, the least role that may, and the most that may not."""
    let_in = [role for role in UPWARDS if may(role, route.access)]
    refused = [role for role in UPWARDS if not may(role, route.access)]
    return [NOBODY, KEY, *let_in[:1], *refused[-1:]]


def fault_of(cast: dict[str, Client], route: Route, who: str) -> str | None:
    own = route.access == "session" and "user_id" in route.parameters and who not in {KEY, NOBODY}
    ids = NOTHING | ({"user_id": own_number(cast[who])} if own else {})
    status = cast[who].call(route.method, route.at(ids)).status_code
    if may(who, route.access):
        right = status not in {401, 403, 429} and status < 500
    else:
        right = status == (401 if who == NOBODY else 403)
    return None if right else f"{who}: {route} answered {status}"


def own_number(client: Client) -> str:
    return str(client.ok("GET", "/api/v3/auth/me")["id"])


def test_every_route_lets_in_whom_the_table_names(cast: dict[str, Client]) -> None:
    calls = [(route, who) for route in ROUTES for who in knockers(route)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        faults = list(pool.map(lambda call: fault_of(cast, *call), calls))
    assert [fault for fault in faults if fault] == []


def test_who_may_end_their_session_does(stage: StageHandle, cast: dict[str, Client]) -> None:
    for path in sorted(ENDING):
        guest = joined(stage, cast["admin"], "guest")
        route = next(r for r in every_route() if str(r) == path)
        assert [fault_of(cast, route, who) for who in (NOBODY, KEY)] == [None, None]
        guest.ok("POST", route.path)


def test_another_tenants_people_and_invitations_are_404(cast: dict[str, Client], admin: Client) -> None:
    stranger = admin.newcomer()
    founder = cast["admin"]
    invited = founder.ok("POST", "/api/v3/auth/invitations", {"email": f"{uuid.uuid4().hex}@example.com"})
    number = max(user["id"] for user in founder.ok("GET", "/api/v3/auth/users"))
    for method, path in (
        ("GET", f"/api/v3/auth/users/{number}"),
        ("DELETE", f"/api/v3/auth/users/{number}"),
        ("DELETE", f"/api/v3/auth/invitations/{invited['id']}"),
    ):
        assert stranger.call(method, path).status_code == 404
    assert founder.ok("GET", f"/api/v3/auth/users/{number}")
    assert [i["id"] for i in founder.ok("GET", "/api/v3/auth/invitations")] == [invited["id"]]
