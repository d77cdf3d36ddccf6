"""The first calls: each is a process to spawn and a package to import, while the user still reads."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local import deployment
from infra.local.place import Place

WARMED = ("api-health", "authorizers-rest", "api-security", "api-workflows", "steps-lifecycle", "steps-document")
# An exception would end the very process that is to be kept warm, so each door gets something it can answer: steps the
# word, groups a path that does not exist, the authorizer a request without a token.
# They hear of every run's end, one call each: while the first of their processes starts, each end would start another.
HEARING = ("listeners-run-ends", "listeners-schedule-ends")
EVENT: dict[str, Any] = {
    "warm": True,
    "resource": "/warm",
    "httpMethod": "GET",
    "path": "/warm",
    "headers": {},
    "multiValueHeaders": {},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "requestContext": {"stage": "v1", "identity": {}},
    "methodArn": "arn:aws:execute-api:us-east-1:000000000000:api/v1/GET/warm",
    "body": None,
    "isBase64Encoded": False,
}
# Of a run that there is not.
FACT: dict[str, Any] = {
    "detail-type": "run.completed",
    "detail": {
        "type": "run.completed",
        "tenant_id": "_warm",
        "subject": "runs/0",
        "data": {"run_id": 0, "workflow_id": 0},
        "cause": None,
    },
}


def warm(place: Place) -> None:
    lambdas = deployment.client(place, "lambda")

    def call(name: str) -> None:
        event = FACT if name in HEARING else EVENT
        lambdas.invoke(FunctionName=f"docchain-local-{name}", Payload=json.dumps(event).encode())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(call, (*WARMED, *HEARING)))
