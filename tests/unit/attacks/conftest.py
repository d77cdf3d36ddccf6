"""A tenant of its own for every attack: some of them end sessions or change passwords."""

import pytest

from docchain.auth.caller import Caller
from tests.support.identity import a_login, authorized, the_accounts


@pytest.fixture
def admin(aws_account: None) -> Caller:
    found = authorized(a_login(the_accounts()).access_token)
    assert found is not None
    return found.model_copy(update={"rate_limit": 1_000_000})
