"""What can go wrong on a developer's machine, with what to do about it."""


class Problem(Exception):
    """``advice`` is shown below the message."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
