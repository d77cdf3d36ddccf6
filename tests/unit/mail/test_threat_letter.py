"""A finding is mailed to those who can do something about it."""

import pytest

from docchain import aws
from docchain.events.models import Event
from docchain.identity.policies import Policies, PolicyRepository
from docchain.mail.kinds import Desk, compose
from docchain.storage.table import Table
from tests.support.identity import a_user, the_accounts


def a_finding(tenant_id: str, severity: str = "high") -> Event:
    data = {"severity": severity, "title": "Guessing", "about": "users/3", "recommendation": "Ask.", "rule": "x"}
    return Event(type="threat.detected", tenant_id=tenant_id, subject="threats/1", data=data)


@pytest.fixture
def desk(aws_account: None) -> Desk:
    return Desk(Table(aws.dynamodb(), "identity"), "https://flows.example.com")


def test_administrators_hear_of_it(desk: Desk) -> None:
    admin = a_user(the_accounts())
    letter = compose(desk, a_finding(admin.tenant_id))
    assert letter is not None
    assert letter.to == admin.email
    assert "Guessing (high): users/3." in letter.text


def test_what_is_low_or_of_the_whole_stage_is_not_mailed(desk: Desk) -> None:
    assert compose(desk, a_finding(a_user(the_accounts()).tenant_id, "low")) is None
    assert compose(desk, a_finding("_anonymous")) is None


def test_a_policy_turns_it_off(desk: Desk) -> None:
    admin = a_user(the_accounts())
    quiet = Policies.model_validate({"audit": {"real_time_alerts": False}})
    PolicyRepository(desk.identity).replace(admin.tenant_id, quiet, "ada")
    assert compose(desk, a_finding(admin.tenant_id)) is None
