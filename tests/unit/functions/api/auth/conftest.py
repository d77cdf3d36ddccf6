"""Fixtures of identity, and a tenant with an administrator."""

import pytest

from docchain.identity.accounts import Accounts
from tests.support.members import Member, a_founder
from tests.unit.identity.conftest import accounts

__all__ = ["accounts"]


@pytest.fixture
def admin(accounts: Accounts) -> Member:
    return a_founder(accounts)
