"""No query crosses tenants: every partition begins with one, and whoever asks a table says whose.

What answers show is held by ``tests/unit/authorization/test_other_tenants.py``, over every route and two full tenants.
"""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any, get_args

import boto3
import pytest

import docchain
from docchain.identity.accounts import Accounts
from tests.support.estate import an_estate
from tests.support.identity import the_accounts

LAYER = Path(docchain.__path__[0])
KEYS = sorted(
    f"docchain.{p.parent.relative_to(LAYER).as_posix()}.keys".replace("/", ".") for p in LAYER.rglob("keys.py")
)

# Partitions that begin with no tenant, each with its reason.
SHARED = {
    "_directory#": "asked before a tenant is known: which tenant a name, an address or a socket belongs to",
    "_anonymous#": "what nobody did: the tenant of whoever is not known yet",
    "_system#": "figures of the whole stage, and the list of chains that the daily signing walks",
}
# Functions of ``keys.py`` that begin with no tenant though they make a partition: they look one up.
LOOK_UPS = {
    "docchain.identity.keys.username",
    "docchain.identity.keys.email",
    "docchain.realtime.keys.directory",
}
# The reads across tenants, of the indexes of what is due, and the jobs that make them: for runs whose execution is
# gone, for waits whose time is over and runs that are queued, for schedules that did not fire.
CROSSING = "read_due"
ITS_READERS = {f"functions/schedules/{name}" for name in ("stuck_runs", "due_waits", "missed_fires")}


def partitions(module: Any) -> list[tuple[str, Any]]:
    """Functions that make a partition or the partition of an index; sort keys take no tenant."""
    return [
        (f"{module.__name__}.{name}", function)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


def an_argument(parameter: inspect.Parameter) -> Any:
    if parameter.name == "tenant_id":
        return "T"
    if values := get_args(parameter.annotation):
        return values[0] if isinstance(values[0], str) else 7
    return 7 if parameter.annotation is int else "x"


@pytest.mark.parametrize("name", [k for k in KEYS if "definitions" not in k])
def test_every_partition_of_a_noun_begins_with_its_tenant(name: str) -> None:
    for path, function in partitions(importlib.import_module(name)):
        parameters = list(inspect.signature(function).parameters.values())
        made = function(*(an_argument(p) for p in parameters))
        if any(p.name == "tenant_id" for p in parameters):
            assert parameters[0].name == "tenant_id", f"{path}: the tenant is said first"
            text = made if isinstance(made, str) else getattr(made, "pk", None) or made[0]
            assert text.startswith("T#"), f"{path} makes {made}"
        elif path in LOOK_UPS:
            assert made.startswith(tuple(SHARED)), f"{path} makes {made}"
        else:
            assert not str(made).startswith("_"), f"{path} makes {made}, which is nobody's"


def test_every_noun_that_has_keys_is_looked_at() -> None:
    found = {m.name for m in pkgutil.walk_packages([str(LAYER)], "docchain.") if m.name.endswith(".keys")}
    assert set(KEYS) == found
    assert len(KEYS) > 4


def asks_a_table(function: ast.FunctionDef) -> bool:
    """Reads or writes by itself, at a key that it makes."""
    verbs = {"get", "get_many", "query", "query_all", "put", "update", "delete", "transact"}
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in verbs
        and ast.unparse(node.func.value).endswith("table")
        for node in ast.walk(function)
    )


def public_methods_of_repositories() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for path in sorted(LAYER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Repository"):
                methods = [m for m in node.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_")]
                found += [(f"{node.name}.{m.name}", m) for m in methods if asks_a_table(m)]
    return found


# What carries its tenant with it: a noun that was read with one, or the token that names one.
CARRIERS = {
    *("user", "session", "key", "invitation", "run", "record", "draft", "workflow", "document", "connection", "head"),
    *("fact", "event", "known", "passkey", "order", "threat", "secret", "wait", "before", "task"),
}
# Asked with no tenant, since it is the question which tenant it is.
BEFORE_A_TENANT = {
    "UserRepository.look_up": "the directory: whose name that is",
    "UserRepository.find_by_login": "the directory: whose name that is",
    "RunRepository.read_due": "the index across tenants, for the system's own job",
    "RunRepository.tenants_queueing": "the index across tenants, for the system's own job",
    "WaitRepository.read_due": "the index across tenants, for the system's own job",
    "ScheduleRepository.read_due": "the index across tenants, for the system's own job",
    "RunRepository.read_open": "the index across tenants, for the daily job that keeps what open runs may read",
    "RunRepository.put_off": "what that read found and nobody can read, at the key it was found under",
    "WaitRepository.put_off": "what that read found and nobody can read, at the key it was found under",
    "InvitationRepository.open_with": "the token names the tenant, and its secret proves that it was given out there",
}


@pytest.mark.parametrize(
    ("name", "method"), public_methods_of_repositories(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_method_of_a_repository_is_told_the_tenant_first(name: str, method: ast.FunctionDef) -> None:
    arguments = [a.arg for a in method.args.args if a.arg != "self"]
    told = arguments[:1] == ["tenant_id"] or (arguments and arguments[0] in CARRIERS)
    assert told or name in BEFORE_A_TENANT, f"{name}({', '.join(arguments)})"


def test_the_reads_across_tenants_have_their_readers() -> None:
    callers = {p.parent.as_posix() for p in Path("functions").rglob("*.py") if f".{CROSSING}(" in p.read_text()}
    assert callers == ITS_READERS
    queries = [p for p in LAYER.rglob("*.py") if "index=keys.OPEN_RUNS" in p.read_text()]
    assert sorted(p.relative_to(LAYER).as_posix() for p in queries) == ["runs/repository.py", "waits/repository.py"]


def test_nothing_scans_a_table() -> None:
    for root in (LAYER, Path("functions")):
        for path in root.rglob("*.py"):
            calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
            names = {c.func.attr for c in calls if isinstance(c.func, ast.Attribute)}
            assert "scan" not in names, path


@pytest.fixture(scope="module")
def two_tenants(aws_account: None) -> tuple[str, str]:
    accounts: Accounts = the_accounts()
    one, two = (an_estate(accounts, rounds=1).cast.tenant_id for _ in range(2))
    return one, two


@pytest.mark.parametrize(
    "table",
    [
        *("identity", "workflows", "runs", "documents", "realtime", "guard", "limits", "audit", "vault"),
        *("tasks", "schedules", "metrics"),
    ],
)
def test_what_real_handlers_write_lies_below_one_tenant_or_a_named_exception(
    two_tenants: tuple[str, str], table: str
) -> None:
    """The test scans, as nothing else does: every item of the table, with the partitions of its indexes."""
    crossing = {"open_pk", "due_pk", "lane_pk"}
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    for item in (item for page in pages for item in page["Items"]):
        pk = item["pk"]["S"]
        owner = pk.partition("#")[0]
        assert not owner.startswith("_") or pk.startswith(tuple(SHARED)), pk
        for name, value in item.items():
            if name.endswith("_pk") and name not in crossing:
                assert value["S"].startswith(f"{owner}#"), f"{table}: {pk} is listed under {value['S']}"
        if not owner.startswith("_"):
            others = [t for t in two_tenants if t != owner]
            kept = {k: v for k, v in item.items() if k not in {"pk", "sk"}}
            assert not any(f"{other}#" in str(kept) for other in others), (
                f"{table}: {pk} names another tenant's partition"
            )
