"""Rules that cannot be followed; what does not follow them is no error, but the answer."""

from docchain.errors import ValidationFailed


class InvalidRules(ValidationFailed):
    """Names the rule by its path: ``schema.age.minimum``."""

    code = "INVALID_SCHEMA"

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        details = [{"field": path, "message": message} for path, message in faults]
        super().__init__("; ".join(f"{path}: {message}" for path, message in faults[:5]), details=details)
