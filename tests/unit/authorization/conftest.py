"""One tenant with somebody of every role, for all of the walk."""

from collections.abc import Iterator

import pytest

from docchain.identity.accounts import Accounts
from tests.support.cast import Cast, a_cast
from tests.support.identity import the_accounts
from tests.unit.identity.conftest import accounts

__all__ = ["accounts"]


@pytest.fixture(scope="session")
def cast(aws_account: None) -> Iterator[Cast]:
    yield a_cast(the_accounts())


@pytest.fixture
def identity(accounts: Accounts) -> Accounts:
    return accounts
