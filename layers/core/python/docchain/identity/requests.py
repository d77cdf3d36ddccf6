"""What a stranger may send: the fields named here and no other, so that nobody makes themselves an administrator."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, EmailStr, Field

from docchain.identity.names import USERNAME_PATTERN

# No password that exists is longer than 128; a longer one is simply wrong, and one past this is no password.
_PASSWORD_SENT_MOST = 1024

Password = Annotated[str, Field(min_length=1, max_length=_PASSWORD_SENT_MOST, repr=False)]


class Application(BaseModel):
    """Who wants to join."""

    username: Annotated[str, Field(pattern=USERNAME_PATTERN, description="Unique, in any spelling of upper and lower.")]
    email: EmailStr
    password: Annotated[
        Password, Field(description="8 to 128 characters with an upper- and a lower-case letter, a number and a sign.")
    ]
    full_name: Annotated[str | None, Field(max_length=200)] = None

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "username": "ada",
                    "email": "ada@example.com",
                    "password": "Engine-1843",
                    "full_name": "Ada Lovelace",
                }
            ]
        },
    )


class Credentials(BaseModel):
    username: Annotated[str, Field(min_length=1, max_length=254, description="The username or the email address.")]
    password: Password

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"username": "ada", "password": "Engine-1843"}]},
    )
