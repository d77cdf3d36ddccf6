"""What the rules of identity work with, and the environment it is built from."""

from dataclasses import dataclass

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.identity.passwords import Passwords
from docchain.identity.sessions import SessionRepository
from docchain.identity.signing import SigningKey, SigningKeys, signing_keys
from docchain.identity.users import UserRepository
from docchain.storage.table import Table


class IdentitySettings(BaseSettings):
    """``signing_keys`` are ids or ARNs of KMS keys on the curve P-256, comma-joined; the first signs."""

    identity_table: str
    guard_table: str
    signing_keys: str
    argon2_time_cost: int
    argon2_memory_kib: int
    argon2_parallelism: int


@dataclass(frozen=True)
class Accounts:
    table: Table
    guard: Table
    users: UserRepository
    sessions: SessionRepository
    passwords: Passwords
    keys: SigningKeys

    @property
    def key(self) -> SigningKey:
        """The one that signs."""
        return self.keys.first


def build_accounts(settings: IdentitySettings) -> Accounts:
    table = Table(aws.dynamodb(), settings.identity_table)
    return Accounts(
        table=table,
        guard=Table(aws.dynamodb(), settings.guard_table),
        users=UserRepository(table),
        sessions=SessionRepository(table),
        passwords=Passwords(settings.argon2_time_cost, settings.argon2_memory_kib, settings.argon2_parallelism),
        keys=signing_keys(aws.kms(), settings.signing_keys),
    )
