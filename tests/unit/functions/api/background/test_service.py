"""A task opens no door that is closed to who asks for it."""

import pytest

from docchain.errors import Forbidden
from functions.api.background.service import may_ask
from tests.support.rest import a_caller


@pytest.mark.parametrize("scope", ["advanced:write", "ai:write"])
def test_warming_the_cache_asks_models_and_needs_both_scopes(scope: str) -> None:
    key = a_caller("t").model_copy(update={"scopes": frozenset({"background:write", scope})})
    with pytest.raises(Forbidden):
        may_ask(key, "cache_warming")

    may_ask(a_caller("t", roles=("user",)), "cache_warming")
