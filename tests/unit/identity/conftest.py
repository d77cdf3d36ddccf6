"""Fixtures of identity."""

import pytest

from docchain.identity.accounts import Accounts
from tests.support.identity import the_accounts


@pytest.fixture
def accounts(aws_account: None) -> Accounts:
    return the_accounts()
