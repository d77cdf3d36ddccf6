"""Nobody decides for an approver by saying that the approver's address is theirs."""

from docchain.identity.profiles import ProfileChanges, update_profile
from docchain.identity.users import UserRepository
from docchain.runs.models import Run
from functions.api.workflows.handler import handler
from functions.api.workflows.service.approvals import names_of
from tests.support.identity import a_name, a_user, the_accounts
from tests.support.rest import a_caller, call
from tests.support.waits import BASE, WaitingStage


def asked(stage: WaitingStage, address: str) -> Run:
    config = {"message": "Pay?", "approvers": [address]}
    run = stage.started([{"name": "Ask", "key": "ask", "node_type": "approval", "config": config}])
    stage.wait(run, "ask", "approval")
    return run


def test_an_address_that_was_taken_after_the_question_decides_nothing(stage: WaitingStage) -> None:
    accounts, address = the_accounts(), f"{a_name()}@example.com"
    eve = a_user(accounts)
    run = asked(WaitingStage(eve.tenant_id), address)
    update_profile(accounts, eve.tenant_id, eve.id, ProfileChanges(email=address), eve.username)
    caller = a_caller(eve.tenant_id, user_id=eve.id, username=eve.username, roles=("user",))

    status, error = call(handler, "POST", f"{BASE}/runs/{run.id}/approve", None, caller)

    assert (status, error["error"]["code"]) == (403, "NOT_AN_APPROVER")


def test_it_counts_for_what_is_asked_later_and_a_new_name_does_not_date_it() -> None:
    accounts, address = the_accounts(), f"{a_name()}@example.com"
    ada = a_user(accounts)
    users, caller = UserRepository(accounts.table), a_caller(ada.tenant_id, user_id=ada.id, username=ada.username)
    update_profile(accounts, ada.tenant_id, ada.id, ProfileChanges(full_name="Ada"), "ada")
    assert f"email:{ada.email}" in names_of(users, caller, "2001-01-01T00:00:00.000Z")

    update_profile(accounts, ada.tenant_id, ada.id, ProfileChanges(email=address), "ada")

    assert f"email:{address}" not in names_of(users, caller, ada.created_at)
    assert f"email:{address}" in names_of(users, caller, "9999-01-01T00:00:00.000Z")
