"""The authorizer of the REST API."""

from constructs import Construct

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.stacks.data import Data


def add_rest_authorizer(scope: Construct, platform: Platform, data: Data) -> PythonFunction:
    function = PythonFunction(
        scope,
        platform,
        "authorizers/rest",
        environment={
            "IDENTITY_TABLE": data.identity.table_name,
            "SIGNING_KEYS": data.signing_key_ids,
            "EDGE_PROOF": data.edge_proof,
        },
        # As long as the gateway waits for anything: a burst of cold starts on two cores takes more than the usual ten.
        timeout_seconds=29,
    )
    grants.on_tables(function, grants.GET, data.identity)
    grants.touch_sessions(function, data.identity)
    grants.note_key_uses(function, data.identity)
    grants.allow(function, ["kms:GetPublicKey"], [key.key_arn for key in data.signing_keys])
    return function
