"""Keys of AI workflows, in the table of workflows."""

from typing import Final

CARD_PREFIX: Final = "workflow#"
STATS: Final = "stats"
BODY: Final = "body"
SEEN_KEPT_SECONDS: Final = 30 * 24 * 3600

Place = tuple[str, str]


def cards(tenant_id: str) -> str:
    """All cards of a tenant, and its counters."""
    return f"{tenant_id}#ai_workflows"


def card(tenant_id: str, number: int) -> Place:
    return cards(tenant_id), f"{CARD_PREFIX}{number:012d}"


def body(tenant_id: str, number: int) -> Place:
    return f"{tenant_id}#ai_workflow#{number}", BODY


def rating(tenant_id: str, number: int, run_id: int, step_id: str, user_id: int) -> Place:
    """One of a user, a run and a step; ``*`` is the run as a whole."""
    return f"{tenant_id}#ai_workflow#{number}", f"rating#{run_id:012d}#{step_id}#{user_id:012d}"


def stats(tenant_id: str) -> Place:
    return cards(tenant_id), STATS


def templates(tenant_id: str) -> str:
    return f"{tenant_id}#ai_templates"


def template_version(tenant_id: str, name: str, version: int) -> Place:
    return f"{tenant_id}#ai_template#{name}", f"version#{version:06d}"


def outcomes(tenant_id: str) -> str:
    return f"{tenant_id}#ai_outcomes"


def choices(tenant_id: str) -> str:
    return f"{tenant_id}#ai_choices"


def choice_version(tenant_id: str, task: str, version: int) -> Place:
    return f"{tenant_id}#ai_choice#{task}", f"version#{version:06d}"


def seen(tenant_id: str, event_id: str) -> Place:
    """Spread over partitions, so that a busy tenant's events do not queue at one."""
    return f"{tenant_id}#ai_seen#{event_id[-2:]}", event_id
