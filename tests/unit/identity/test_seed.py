"""The local stage's first user."""

import boto3
import pytest

from docchain.identity.errors import InvalidCredentials
from docchain.identity.policies import PolicyRepository
from docchain.identity.requests import Credentials
from docchain.identity.sign_in import log_in
from docchain.ids import new_ulid
from infra.local.seed import seed
from tests.support.aws import TABLES, create_table
from tests.support.identity import ORIGIN, facts_of, the_accounts

ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com"


@pytest.fixture
def table_name(aws_account):
    """Empty: the admin's name is one, and the table of the session is everybody's."""
    name = f"identity-{new_ulid()}"
    create_table(name, TABLES["identity"], boto3.client("dynamodb"))
    return name


def test_admin_can_log_in_as_the_contract_says(table_name):
    seed(ENDPOINT, {"IdentityTable": table_name})
    login = log_in(the_accounts(identity_table=table_name), Credentials(username="admin", password="admin123"), ORIGIN)
    assert (login.user.tenant_id, login.user.id, login.user.roles) == ("default", 1, ("admin", "user"))
    assert login.user.email == "admin@example.com"


def test_a_second_time_changes_nothing(table_name):
    accounts = the_accounts(identity_table=table_name)
    seed(ENDPOINT, {"IdentityTable": table_name})
    before = accounts.users.read("default", 1)
    seed(ENDPOINT, {"IdentityTable": table_name})
    assert accounts.users.read("default", 1) == before
    assert len(facts_of(accounts, "default", "user.registered")) == 1


def test_another_password_does_not_open_it(table_name):
    seed(ENDPOINT, {"IdentityTable": table_name})
    with pytest.raises(InvalidCredentials):
        log_in(the_accounts(identity_table=table_name), Credentials(username="admin", password="admin"), ORIGIN)


def test_load_tests_may_call_as_often_as_they_like_and_the_known_password_never_grows_old(table_name):
    seed(ENDPOINT, {"IdentityTable": table_name})
    policies = PolicyRepository(the_accounts(identity_table=table_name).table).read("default")
    assert (policies.api.rate_limit_per_minute, policies.password.max_age_days) == (1_000_000, 0)
