"""What a door needs that counts the calls of a minute."""

from infra.constructs.python_function import PythonFunction
from infra.functions import grants
from infra.stacks.data import Data
from infra.stage import Stage


def let_count(function: PythonFunction, stage: Stage, data: Data) -> None:
    """The fields of ``LimitSettings``, and the buckets."""
    function.add_environment("LIMITS_TABLE", data.limits.table_name)
    function.add_environment("GUARD_TABLE", data.guard.table_name)
    function.add_environment("ANONYMOUS_PER_MINUTE", str(stage.anonymous_per_minute))
    function.add_environment("SIGN_IN_PER_MINUTE", str(stage.sign_in_per_minute))
    grants.on_tables(function, ("UpdateItem",), data.limits)
    grants.tell(function, data.guard)
