"""What API keys answer when they say no.

Unauthorized
└── InvalidApiKey       one sentence for every fault of a key, so that nobody learns by trying
NotFound
└── ApiKeyNotFound      unknown, revoked, or somebody else's: one sentence
Conflict
├── TooManyApiKeys
└── ApiKeyExpired       it cannot be rotated any more
Forbidden
└── BeyondOwner         nobody gives a key what they may not do themselves
"""

from docchain.errors import Conflict, Forbidden, NotFound, Unauthorized


class InvalidApiKey(Unauthorized):
    """``fault`` is for the log only."""

    def __init__(self, fault: str) -> None:
        super().__init__("The API key is not valid.")
        self.fault = fault


class ApiKeyNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such API key.")


class TooManyApiKeys(Conflict):
    code = "TOO_MANY_API_KEYS"

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} API keys, which is the most; revoke one first.", details={"most": most})


class ApiKeyExpired(Conflict):
    code = "API_KEY_EXPIRED"

    def __init__(self) -> None:
        super().__init__("The key has expired; create another.")


class BeyondOwner(Forbidden):
    def __init__(self, permission: str) -> None:
        super().__init__(
            f"You may not do what the permission {permission} opens, so no key of yours may.",
            details={"permission": permission},
        )
