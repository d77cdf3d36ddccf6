"""An administrator of one tenant with the ids of another: there is no such thing, and nothing of it changes.

Every route with an id in its path is called with the other's, and with a body that is right, so that nothing but the
tenant is in the way.
"""

from collections.abc import Iterator

import pytest

from docchain.auth.permissions import ADMIN
from tests.support.cast import may
from tests.support.estate import Estate, an_estate
from tests.support.identity import the_accounts
from tests.support.routes import Route, every_route

PUBLIC_BY_NAME = {
    "GET /docs/{name}": "files of the documentation, the same for everybody",
    "GET /api/v3/workflows/templates/{template_name}": "templates, the same for everybody",
    "POST /api/v3/workflows/templates/{template_name}": "makes a workflow of one's own from what is everybody's",
}
ANSWERS_NOTHING = {"GET /api/v3/security/audit/users/{user_id}": "a list of what a number did here, which is nothing"}
# Uploads are S3's until they are complete: below the caller's own prefix there is nothing of that name.
NOT_UPLOADED = {"POST /api/v3/workflows/documents/uploads/{upload_id}/complete": 409}
# The same name in another tenant is another secret, and this makes it: test_vault_routes.py holds them apart.
MAKES_ONES_OWN = {
    "PUT /api/v3/security/vault/secrets/{secret_name}",
    "PUT /api/v3/advanced/cache/entries/{key}",  # tests/unit/cache/test_routes.py holds them apart
}
# Nobody is asked who they are: the secret in the path says whose it is, and tests/unit/waits hold what it opens.
OPENED_BY_SECRET = {
    "GET /api/v3/workflows/approvals/links/{token}",
    "POST /api/v3/workflows/approvals/links/{token}",
    "POST /api/v3/workflows/hooks/{token}",
}
NOT_YET = ("AUDIT_NOT_SIGNED_YET", "RUN_NOT_ENDED", "RUN_STILL_OPEN")
NOT_ASKED = {*PUBLIC_BY_NAME, *MAKES_ONES_OWN, *OPENED_BY_SECRET}
WITH_IDS = [r for r in every_route() if r.parameters and str(r) not in NOT_ASKED]


@pytest.fixture(scope="module")
def neighbours(aws_account: None) -> Iterator[tuple[Estate, Estate]]:
    """The second has more of everything, so that its last numbers are not numbers of the first."""
    accounts = the_accounts()
    yield an_estate(accounts, rounds=1), an_estate(accounts, rounds=2)


@pytest.mark.parametrize("route", WITH_IDS, ids=str)
def test_another_tenants_id_is_404(neighbours: tuple[Estate, Estate], route: Route) -> None:
    stranger, owner = neighbours
    missing = [name for name in route.parameters if name not in owner.ids]
    assert not missing, f"tests/support/estate.py makes nothing for {missing} of {route}"
    if "user_id" in route.parameters:
        pytest.skip("numbers of users are the same in every tenant: see below")
    status, body = route.call(stranger.admin, route.at(owner.ids), route.example)
    assert (status, owner.marker in body) == (NOT_UPLOADED.get(str(route), 404), False), body


@pytest.mark.parametrize("route", [r for r in WITH_IDS if "user_id" in r.parameters], ids=str)
def test_a_number_that_only_another_tenant_has_is_404(neighbours: tuple[Estate, Estate], route: Route) -> None:
    stranger, owner = neighbours
    status, body = route.call(stranger.admin, route.at({**owner.ids, "user_id": "5"}), route.example)
    assert owner.marker not in body
    if str(route) not in ANSWERS_NOTHING:
        assert status == 404, body


def test_a_route_without_its_other_tenants_case_is_named() -> None:
    known = {str(r) for r in every_route()}
    assert OPENED_BY_SECRET | MAKES_ONES_OWN | set(PUBLIC_BY_NAME) | set(ANSWERS_NOTHING) | set(NOT_UPLOADED) <= known


def test_what_the_owner_has_is_all_still_there(neighbours: tuple[Estate, Estate]) -> None:
    """After all that the stranger tried, whichever order the tests ran in."""
    stranger, owner = neighbours
    for route in WITH_IDS:
        if route.method != "GET":
            route.call(stranger.admin, route.at(owner.ids), route.example)
    for route in WITH_IDS:
        if route.method == "GET" and may(ADMIN, route.access):
            status, body = route.call(owner.admin, route.at(owner.ids))
            # What is there says why it cannot be shown yet: no signed head covers it, or it has not ended.
            assert status == 200 or any(code in body for code in NOT_YET), f"{route}: {body}"


@pytest.mark.parametrize("route", [r for r in every_route() if r.method == "GET"], ids=str)
def test_no_read_shows_anything_of_the_other_tenant(neighbours: tuple[Estate, Estate], route: Route) -> None:
    one, two = neighbours
    if any(name not in two.ids for name in route.parameters):
        pytest.skip("public files by name")
    for reader, other in ((one, two), (two, one)):
        status, body = route.call(reader.admin, route.at(reader.ids))
        assert status < 500, body
        assert other.marker not in body
        assert other.cast.tenant_id not in body


def test_the_lists_that_must_show_ones_own_do(neighbours: tuple[Estate, Estate]) -> None:
    """Else the test above would also hold of a list that shows nothing."""
    _, owner = neighbours
    shown = {
        str(route)
        for route in every_route()
        if route.method == "GET"
        and not set(route.parameters) - set(owner.ids)
        and owner.marker in route.call(owner.admin, route.at(owner.ids))[1]
    }
    assert shown >= {
        "GET /api/v3/workflows",
        "GET /api/v3/workflows/{workflow_id}",
        "GET /api/v3/workflows/{workflow_id}/nodes",
        "GET /api/v3/workflows/{workflow_id}/runs",
        "GET /api/v3/workflows/runs/{run_id}",
        "GET /api/v3/workflows/documents",
        "GET /api/v3/workflows/documents/collections",
        "GET /api/v3/auth/invitations",
        "GET /api/v3/security/api-keys",
        "GET /api/v3/security/audit/logs",
        "GET /api/v3/ws/connections",
        "GET /api/v3/ws/rooms",
    }
