"""All that the mail's worker needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.mail.kinds import Desk
from docchain.mail.outgoing import Outgoing
from docchain.storage.table import Table


class Settings(BaseSettings):
    """``mail_sender`` is empty on a stage that sends no mail."""

    identity_table: str
    runs_table: str
    mail_sender: str
    public_url: str


@cache
def settings() -> Settings:
    return Settings()


@cache
def desk() -> Desk:
    return Desk(Table(aws.dynamodb(), settings().identity_table), settings().public_url.rstrip("/"))


@cache
def links() -> Table:
    return Table(aws.dynamodb(), settings().runs_table)


@cache
def outgoing() -> Outgoing:
    return Outgoing(aws.sesv2(), settings().mail_sender)
