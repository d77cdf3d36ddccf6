"""The door to what goes on over sockets: figures, connections, rooms, and messages to them."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.api.group import Group
from infra.stacks.data import Data


def add_ws(scope: Construct, platform: Platform, data: Data) -> Group:
    function = PythonFunction(
        scope,
        platform,
        "api/ws",
        environment={
            "REALTIME_TABLE": data.realtime.table_name,
            "IDENTITY_TABLE": data.identity.table_name,
            "WORKFLOWS_TABLE": data.workflows.table_name,
            "RUNS_TABLE": data.runs.table_name,
            "TASKS_TABLE": data.tasks.table_name,
        },
    )
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.realtime)
    # Whether there is whom or what a message is about.
    grants.read_users(function, data.identity)
    grants.on_tables(function, ("GetItem",), data.workflows, data.runs, data.tasks)
    return Group(function, "/api/v3/ws", ("/api/v3/ws/stats",))
