"""What the vault can answer."""

from docchain.errors import Conflict, NotFound


class SecretNotFound(NotFound):
    code = "SECRET_NOT_FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no secret {name}.")


class SecretChanged(Conflict):
    code = "SECRET_CHANGED"

    def __init__(self, name: str) -> None:
        super().__init__(f"Somebody else changed the secret {name} at this moment; look at it and send yours again.")
