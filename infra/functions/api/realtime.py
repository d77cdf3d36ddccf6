"""The door to what goes on over sockets: figures, connections, rooms."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.group import Group
from infra.stacks.data import Data


def add_ws(scope: Construct, platform: Platform, data: Data) -> Group:
    function = PythonFunction(scope, platform, "api/ws", environment={"REALTIME_TABLE": data.realtime.table_name})
    grants.on_tables(function, grants.READ, data.realtime)
    return Group(function, "/api/v3/ws", ("/api/v3/ws/stats",))
