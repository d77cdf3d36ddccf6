"""Every route says who may call it, and the table in the docs says the same."""

from pathlib import Path

from docchain.auth.permissions import ROLES, SCOPES_OF_ROLE
from infra.openapi import access_of, all_routes
from tests.support.cast import KNOCKERS, may

TABLE = Path(__file__).parents[2] / "docs" / "access.md"


def test_every_route_declares_who_may_call_it() -> None:
    assert [f"{m} {p}" for m, p, route in all_routes() if access_of(route) is None] == []


def test_every_scope_is_carried_by_some_role() -> None:
    scopes = {access_of(route) for _, _, route in all_routes()} - {"public", "session"}
    assert scopes <= set().union(*SCOPES_OF_ROLE.values())


def test_the_table_in_the_docs_is_current() -> None:
    assert TABLE.read_text() == table(), "run: python -m tests.contract.test_access"


def table() -> str:
    """The walk in ``tests/unit/authorization`` holds every cell of it against the real handlers."""
    lines = [
        "# Who may call what",
        "",
        "Made from the routes' own signatures; a test holds it. ✓ may, – may not, ○ needs no token.",
        "",
        "`session` is what is one's own: it needs a login, and no scope. The API key is an administrator's with the",
        "permission `read`. What a role may at all is below.",
        "A route may ask for more than its scope: `403 STEP_UP_REQUIRED` where a second factor must be proved again.",
        "",
        f"| route | needs | {' | '.join(KNOCKERS)} |",
        f"|---|---|{'---|' * len(KNOCKERS)}",
    ]
    for method, path, route in all_routes():
        access = access_of(route) or "nobody said"
        marks = ["○" if access == "public" else "✓" if may(who, access) else "–" for who in KNOCKERS]
        lines.append(f"| `{method} {path}` | {access} | {' | '.join(marks)} |")
    lines += ["", "## Scopes", "", "| role | scopes |", "|---|---|"]
    lines += [f"| {role} | {', '.join(sorted(SCOPES_OF_ROLE[role]))} |" for role in ROLES]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table())
