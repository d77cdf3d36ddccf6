"""The three functions behind the WebSocket API."""

from dataclasses import dataclass

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.limiting import let_count
from infra.stacks.data import Data


@dataclass(frozen=True)
class Sockets:
    connect: PythonFunction
    disconnect: PythonFunction
    message: PythonFunction


def add_sockets(scope: Construct, platform: Platform, data: Data, endpoint: str) -> Sockets:
    own = {"REALTIME_TABLE": data.realtime.table_name, "WEBSOCKET_ENDPOINT": endpoint}
    identity = {"IDENTITY_TABLE": data.identity.table_name, "SIGNING_KEYS": data.signing_key_ids}
    connect = PythonFunction(
        scope,
        platform,
        "websocket/connect",
        environment={
            "REALTIME_TABLE": data.realtime.table_name,
            "WORKFLOWS_TABLE": data.workflows.table_name,
            **identity,
        },
    )
    disconnect = PythonFunction(scope, platform, "websocket/disconnect", environment=own)
    message = PythonFunction(
        scope,
        platform,
        "websocket/message",
        environment={
            **own,
            "IDENTITY_TABLE": data.identity.table_name,
            "WORKFLOWS_TABLE": data.workflows.table_name,
            "RUNS_TABLE": data.runs.table_name,
            "TASKS_TABLE": data.tasks.table_name,
        },
    )
    for function in (connect, disconnect, message):
        function.add_environment("EDGE_PROOF", data.edge_proof)
        grants.on_tables(function, (*grants.READ, *grants.WRITE, *grants.DELETE), data.realtime)
    let_count(connect, platform.stage, data)
    grants.on_tables(connect, grants.GET, data.identity, data.workflows)
    grants.touch_sessions(connect, data.identity)
    grants.on_tables(message, grants.GET, data.identity, data.workflows, data.runs, data.tasks)
    grants.allow(connect, ["kms:GetPublicKey"], [key.key_arn for key in data.signing_keys])
    return Sockets(connect, disconnect, message)
