"""An entry of the list of functions, as data: the stack turns it into a Lambda with its own role."""

from dataclasses import dataclass

GET = "GetItem"
BATCH_GET = "BatchGetItem"
QUERY = "Query"
PUT = "PutItem"
UPDATE = "UpdateItem"
DELETE = "DeleteItem"
CHECK = "ConditionCheckItem"


@dataclass(frozen=True)
class Grant:
    """IAM actions on things named as in ``Resources.arns``."""

    actions: tuple[str, ...]
    on: tuple[str, ...]
    passed_to: str = ""


@dataclass(frozen=True, kw_only=True)
class FunctionEntry:
    """``package`` below ``functions/``; ``settings`` are the fields of its ``Settings``, in their own spelling."""

    package: str
    settings: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    layers: tuple[str, ...] = ()
    memory: int = 512
    timeout: int = 10

    @property
    def kind(self) -> str:
        return self.package.split("/")[0]

    @property
    def name(self) -> str:
        """``api/workflows`` → ``api-workflows``."""
        return self.package.replace("/", "-").replace("_", "-")

    @property
    def handler(self) -> str:
        return f"functions.{self.package.replace('/', '.')}.handler.handler"


def table(noun: str, *verbs: str) -> Grant:
    return Grant(tuple(f"dynamodb:{verb}" for verb in verbs), (f"table:{noun}",))


def index(noun: str, name: str) -> Grant:
    """Each index by its own name: the right to read one says nothing of the others."""
    return Grant(("dynamodb:Query",), (f"table:{noun}/{name}",))


SIGN = Grant(("kms:Sign", "kms:GetPublicKey"), ("key:signing",))
VERIFY = Grant(("kms:GetPublicKey",), ("key:signing",))
POST_TO_SOCKETS = Grant(("execute-api:ManageConnections",), ("sockets",))
