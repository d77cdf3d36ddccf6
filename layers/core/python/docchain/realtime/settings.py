"""The environment that every function which pushes has in common, and the switchboard built from it."""

from pydantic_settings import BaseSettings

from docchain import aws
from docchain.realtime.push import ApiGatewayPush
from docchain.realtime.switchboard import Switchboard
from docchain.storage.table import Table


class RealtimeSettings(BaseSettings):
    realtime_table: str
    websocket_endpoint: str


def build_switchboard(settings: RealtimeSettings) -> Switchboard:
    push = ApiGatewayPush(aws.websocket_api(settings.websocket_endpoint))
    return Switchboard(Table(aws.dynamodb(), settings.realtime_table), push)
