"""Every route of the API, called by every role, by an API key, and by nobody, through its group's real handler.

Nothing of it exists and no body is sent: whoever is let in meets 200, 404 or 422, and whoever is not 401 or 403.
"""

from collections import defaultdict

import pytest

from docchain.auth.permissions import ROLES
from tests.support.cast import KNOCKERS, NOBODY, Cast, may
from tests.support.routes import Route, every_route

ROUTES = every_route()
# In the form of each id; what a test does not know yet is taken for a number.
NOTHING = defaultdict(
    lambda: "987654321",
    {
        "invitation_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "session_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "upload_id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "prompt_name": "no_such_prompt",
        "batch_id": "batch_01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "document_id": "doc_01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "collection_id": "col_01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "entry_id": "audit_987654321",
        "api_key_id": "987654321_01ZZZZZZZZZZZZZZZZZZZZZZZZ",
    },
)


@pytest.mark.parametrize("who", KNOCKERS)
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_lets_in_whom_the_table_names_and_nobody_else(cast: Cast, route: Route, who: str) -> None:
    caller = cast.caller(who)
    # Their own number, where a route is about a user and open to everybody who is logged in.
    ids = NOTHING | ({"user_id": str(caller.user_id)} if caller and route.access == "session" else {})
    status, body = route.call(caller, route.at(ids))
    assert status < 500, body
    if may(who, route.access):
        assert status not in {401, 403}, body
    else:
        assert status == (401 if who == NOBODY else 403), body


def test_the_walk_covers_every_route_of_the_document() -> None:
    from infra.openapi import all_routes

    assert {(r.method, r.path) for r in ROUTES} == {(method, path) for method, path, _ in all_routes()}
    assert len(ROUTES) > 90


def test_the_roles_of_the_walk_are_those_of_the_table(cast: Cast) -> None:
    for role in ROLES:
        caller = cast.caller(role)
        assert caller is not None
        assert role in caller.roles


def test_a_guest_reads_nobody_elses_personal_data(cast: Cast) -> None:
    personal = [r for r in ROUTES if "/users" in r.path or "/audit/" in r.path or "/invitations" in r.path]
    assert [str(r) for r in personal if r.access not in {"public", "session"} and may("guest", r.access)] == []
