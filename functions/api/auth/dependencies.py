"""All that the auth group needs from the world."""

from functools import cache
from typing import Annotated

from docchain.entrypoints.provided import provided
from docchain.identity.accounts import Accounts, IdentitySettings, build_accounts


class Settings(IdentitySettings):
    """Identity's own, and no more."""


@cache
def accounts() -> Accounts:
    return build_accounts(Settings())


Identity = Annotated[Accounts, provided(accounts)]
