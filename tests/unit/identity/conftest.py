"""Fixtures of identity."""

import pytest

from docchain.identity.accounts import Accounts
from docchain.identity.attempts import forget
from tests.support.identity import ORIGIN, the_accounts


@pytest.fixture
def accounts(aws_account: None) -> Accounts:
    """All tests call from one address, whose failures of other tests are none of this one's."""
    accounts = the_accounts()
    forget(accounts.guard, f"_anonymous#failures#address#{ORIGIN.ip}")
    return accounts
