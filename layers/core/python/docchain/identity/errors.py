"""What identity answers when it says no.

Unauthorized
├── InvalidCredentials      one sentence for an unknown name, a wrong password and a closed account
├── InvalidAccessToken      one sentence for every fault of a token, so that nobody learns by trying
├── InvalidRefreshToken
├── PasskeyRefused          one sentence for every fault of a ceremony
├── InvalidChallenge        unknown, used, too old, or of an older password: one sentence
└── SecondFactorRefused     at a login; 401 as nobody is logged in
Conflict
├── MfaAlreadyEnabled
├── TooManyPasskeys
├── PasskeysOff             on a stage that does not say where browsers reach it
├── MfaNotEnabled
├── UsernameTaken
├── EmailTaken
├── LastAdministrator       of a tenant: neither deleted, deactivated nor demoted
├── OwnRoles                nobody changes their own
├── AlreadyInvited
└── TooManyInvitations
ValidationFailed
├── WrongCode               of a second factor, by who is logged in
└── WeakPassword            details name each rule that failed
NotFound
├── UserNotFound
├── PasskeyNotFound
├── SessionNotFound         ended, another user's, or never opened: one sentence
└── InvitationNotFound      unknown, used, expired, or a wrong secret: one sentence
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


class InvalidChallenge(Unauthorized):
    code = "INVALID_CHALLENGE"

    def __init__(self) -> None:
        super().__init__("The challenge is not valid, or not any more; log in again.")


class PasskeyRefused(Unauthorized):
    """``fault`` is for the log only."""

    code = "PASSKEY_REFUSED"

    def __init__(self, fault: str) -> None:
        super().__init__("The passkey was refused; begin again.")
        self.fault = fault


class TooManyPasskeys(Conflict):
    code = "TOO_MANY_PASSKEYS"

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} passkeys, which is the most; remove one.", details={"most": most})


class PasskeysOff(Conflict):
    code = "PASSKEYS_OFF"

    def __init__(self) -> None:
        super().__init__("This installation has no address that passkeys could be bound to.")


class SecondFactorRefused(Unauthorized):
    code = "INVALID_MFA_CODE"

    def __init__(self) -> None:
        super().__init__("The code is wrong, or was used before.")


class WrongCode(ValidationFailed):
    """Not a 401, at which clients would renew their tokens and send the code again."""

    code = "INVALID_MFA_CODE"

    def __init__(self) -> None:
        super().__init__(
            "The code is wrong, or was used before.",
            details=[{"field": "code", "message": "is wrong, or was used before"}],
        )


class MfaAlreadyEnabled(Conflict):
    code = "MFA_ALREADY_ENABLED"

    def __init__(self) -> None:
        super().__init__("A second factor is set up; disable it first.")


class MfaNotEnabled(Conflict):
    code = "MFA_NOT_ENABLED"

    def __init__(self) -> None:
        super().__init__("No second factor is set up, or the one that was begun has run out: enroll first.")


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


class PasskeyNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such passkey of yours.")


class SessionNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such session of yours.")


class LastAdministrator(Conflict):
    code = "LAST_ADMINISTRATOR"

    def __init__(self) -> None:
        super().__init__("This is the tenant's last active administrator; make another one first.")


class OwnRoles(Conflict):
    code = "OWN_ROLES"

    def __init__(self) -> None:
        super().__init__("Nobody changes their own roles; ask another administrator.")


class AlreadyInvited(Conflict):
    code = "ALREADY_INVITED"

    def __init__(self, invitation_id: str) -> None:
        super().__init__(
            "There is an open invitation for this address; withdraw it to send another.",
            details={"invitation_id": invitation_id},
        )


class TooManyInvitations(Conflict):
    code = "TOO_MANY_INVITATIONS"

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} open invitations, which is the most.", details={"most": most})


class InvitationNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such invitation; it may have been used, withdrawn or expired.")
