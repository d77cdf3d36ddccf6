"""What identity answers when it says no.

Unauthorized
├── InvalidCredentials      one sentence for an unknown name, a wrong password and a closed account
├── InvalidAccessToken      one sentence for every fault of a token, so that nobody learns by trying
└── InvalidRefreshToken
Conflict
├── UsernameTaken
└── EmailTaken
ValidationFailed
└── WeakPassword            details name each rule that failed
NotFound
└── UserNotFound
"""

from docchain.errors import Conflict, NotFound, Unauthorized, ValidationFailed


class InvalidCredentials(Unauthorized):
    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("The username or the password is wrong.")


class InvalidAccessToken(Unauthorized):
    """``fault`` is for the log only."""

    def __init__(self, fault: str) -> None:
        super().__init__("The access token is not valid; log in again.")
        self.fault = fault


class InvalidRefreshToken(Unauthorized):
    code = "INVALID_REFRESH_TOKEN"

    def __init__(self) -> None:
        super().__init__("The refresh token is not valid; log in again.")


class UsernameTaken(Conflict):
    code = "USERNAME_TAKEN"

    def __init__(self) -> None:
        super().__init__("This username is taken.", details=[{"field": "username", "message": "is taken"}])


class EmailTaken(Conflict):
    code = "EMAIL_TAKEN"

    def __init__(self) -> None:
        super().__init__(
            "This email address has an account.", details=[{"field": "email", "message": "has an account"}]
        )


class WeakPassword(ValidationFailed):
    def __init__(self, problems: list[str]) -> None:
        details = [{"field": "password", "message": problem} for problem in problems]
        super().__init__("password: " + "; ".join(problems), details=details)


class UserNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such user.")
