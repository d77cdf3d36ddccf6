"""Fixtures of identity, and keys of its users."""

import pytest

from docchain.auth.caller import Caller
from docchain.identity.api_keys.issue import NewApiKey, create_api_key
from docchain.identity.api_keys.repository import ApiKeyRepository
from tests.support.identity import a_user
from tests.support.rest import a_caller
from tests.unit.identity.conftest import accounts

__all__ = ["accounts"]


@pytest.fixture
def keys(accounts):
    return ApiKeyRepository(accounts.table)


@pytest.fixture
def user(accounts):
    return a_user(accounts)


@pytest.fixture
def owner(user) -> Caller:
    return a_caller(user.tenant_id, user_id=user.id, username=user.username, roles=user.roles)


@pytest.fixture
def issue(keys, owner):
    def issued(caller=owner, **fields):
        return create_api_key(keys, caller, NewApiKey(**{"name": "import", **fields}), None)

    return issued
