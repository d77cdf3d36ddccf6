"""What the rules of identity work with, and the environment it is built from."""

from dataclasses import dataclass

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.identity.passwords import Passwords
from docchain.identity.sessions import SessionRepository
from docchain.identity.signing import SigningKey
from docchain.identity.users import UserRepository
from docchain.storage.table import Table


class IdentitySettings(BaseSettings):
    """``signing_key`` is the id or ARN of a KMS key on the curve P-256."""

    identity_table: str
    guard_table: str
    signing_key: str
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
    key: SigningKey


def build_accounts(settings: IdentitySettings) -> Accounts:
    table = Table(aws.dynamodb(), settings.identity_table)
    return Accounts(
        table=table,
        guard=Table(aws.dynamodb(), settings.guard_table),
        users=UserRepository(table),
        sessions=SessionRepository(table),
        passwords=Passwords(settings.argon2_time_cost, settings.argon2_memory_kib, settings.argon2_parallelism),
        key=SigningKey(aws.kms(), settings.signing_key),
    )
