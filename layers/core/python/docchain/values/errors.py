"""What can be wrong with a named value."""

from docchain.errors import NotFound, PermanentStepError


class ValueNotFound(NotFound):
    code = "VALUE_NOT_FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no value {name!r}.", details={"name": name})


class ValueRefused(PermanentStepError):
    code = "VALUE_REFUSED"
