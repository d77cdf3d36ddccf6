"""All that the listener to revoked sessions needs from the world."""

from functools import cache

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.realtime.push import ApiGatewayPush
from docchain.realtime.switchboard import Switchboard
from docchain.storage.table import Table


class Settings(BaseSettings):
    realtime_table: str
    websocket_endpoint: str


@cache
def switchboard() -> Switchboard:
    settings = Settings()
    push = ApiGatewayPush(aws.websocket_api(settings.websocket_endpoint))
    return Switchboard(Table(aws.dynamodb(), settings.realtime_table), push)
