"""A map whose items are executions of their own, which a manifest in S3 numbers."""

from docchain.compiler.errors import WorkerMissing
from docchain.compiler.languages import MAP_LANGUAGE
from docchain.compiler.plan import State
from docchain.definitions.models import NodeDefinition

IDENTITY = ("tenant", "run", "workflow", "version", "generation", "params")


def many_map(node: NodeDefinition, bucket: str, processor: State, gather: str) -> State:
    """In JSONPath: see ``compiler/languages.py``.

    Who the run is comes with each item, since an execution of its own has an input of its own. The results are nothing,
    and a map without a ResultWriter gives them back: 30 KB for ten thousand.
    """
    if not bucket:
        raise WorkerMissing("This stage has no bucket that a distributed map could read its items from.")
    identity = {f"{name}.$": f"$$.Execution.Input.{name}" for name in IDENTITY}
    return {
        "Type": "Map",
        "QueryLanguage": MAP_LANGUAGE,
        # What the child executions are called after; a key may be longer than a label.
        "Label": f"foreach{node.id}",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": bucket, "Key.$": "$.map.manifest"},
        },
        "ItemSelector": {
            **identity,
            "facts.$": "$.facts",
            "outcomes": {},
            "passed": [],
            "item.$": "$$.Map.Item.Value",
        },
        "MaxConcurrency": node.config.get("max_concurrency", 10),
        "ToleratedFailurePercentage": node.config.get("tolerated_failure_percentage", 0),
        "ItemProcessor": processor,
        "ResultPath": None,
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": gather}],
        "Next": gather,
    }
