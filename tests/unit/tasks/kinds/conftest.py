"""Who asks for tasks, and tasks as their workers get them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from docchain import aws
from docchain.documents.repository import DocumentRepository
from docchain.documents.store import ContentStore
from docchain.identity.accounts import Accounts
from docchain.identity.models import User
from docchain.storage.table import Table
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.shapes import parsed
from docchain.tasks.kinds.shelf import Shelf
from tests.support.identity import a_user, the_accounts


@dataclass
class Asked:
    """A task of the administrator ``user``: ``checks`` counts the looks between units of work."""

    user: User
    checks: list[int] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    stop: Callable[[int], None] = lambda _: None

    def context(self, **fields: Any) -> TaskContext:
        def check() -> None:
            self.checks.append(1)
            self.stop(len(self.checks))

        known: dict[str, Any] = {
            "tenant": self.user.tenant_id,
            "user_id": self.user.id,
            "task_id": str(uuid4()),
            "attempt": 1,
            "deadline": datetime.now(UTC) + timedelta(minutes=10),
            "check": check,
            "progress": lambda _, what: self.told.append(what),
        }
        return TaskContext(**{**known, **fields})


@pytest.fixture
def accounts(aws_account: None) -> Accounts:
    return the_accounts()


@pytest.fixture
def asked(accounts: Accounts) -> Asked:
    return Asked(a_user(accounts))


@pytest.fixture
def people(accounts: Accounts) -> People:
    return People(accounts.table)


@pytest.fixture
def shelf(aws_account: None) -> Shelf:
    return Shelf(DocumentRepository(Table(aws.dynamodb(), "documents")), ContentStore(aws.s3(), "documents"))


def given(kind: str, **metadata: Any) -> Any:
    return parsed(kind, metadata)
