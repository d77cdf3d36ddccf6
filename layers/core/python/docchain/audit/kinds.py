"""Which events the audit keeps, and what each is in the contract's words: a type of twenty, and how grave it is."""

from enum import StrEnum
from typing import Final


class AuditEventType(StrEnum):
    USER_LOGIN = "user_login"
    USER_LOGOUT = "user_logout"
    USER_CREATED = "user_created"
    USER_UPDATED = "user_updated"
    USER_DELETED = "user_deleted"
    WORKFLOW_CREATED = "workflow_created"
    WORKFLOW_UPDATED = "workflow_updated"
    WORKFLOW_DELETED = "workflow_deleted"
    WORKFLOW_EXECUTED = "workflow_executed"
    NODE_ADDED = "node_added"
    NODE_UPDATED = "node_updated"
    NODE_DELETED = "node_deleted"
    NODE_EXECUTED = "node_executed"
    API_REQUEST = "api_request"
    API_RESPONSE = "api_response"
    SECURITY_EVENT = "security_event"
    SYSTEM_EVENT = "system_event"
    DATA_ACCESS = "data_access"
    DATA_MODIFICATION = "data_modification"
    CONFIGURATION_CHANGE = "configuration_change"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


Kind = tuple[AuditEventType, Severity]
_T = AuditEventType
_LOW, _MEDIUM, _HIGH, _CRITICAL = Severity

UNKEPT: Final = frozenset({"node.started", "node.progress", "node.completed", "node.failed", "node.unknown"}) | {
    "tenant_event.published",
    "notification.sent",
    "schedule.fired",
    "schedule.fire_skipped",
    "schedule.fire_succeeded",
    "mail.requested",
    "document.chunked",
    "document.indexed",
    "search.document_requested",
    "search.reindex_continued",
    "task.started",
    "task.progressed",
    "task.waiting",
    "task.released",
    "task.retrying",
}
"""The steps of a run, hundreds at a time: the run's own history has them, and ``run.*`` says how it ended. What a
tenant says to others through its nodes is its own, and not what happened here."""

KINDS: Final[dict[str, Kind]] = {
    "user.registered": (_T.USER_CREATED, _LOW),
    "user.invited": (_T.USER_CREATED, _MEDIUM),
    "invitation.accepted": (_T.USER_CREATED, _MEDIUM),
    "invitation.revoked": (_T.USER_UPDATED, _MEDIUM),
    "user.logged_in": (_T.USER_LOGIN, _LOW),
    "user.login_failed": (_T.USER_LOGIN, _MEDIUM),
    "user.logged_out": (_T.USER_LOGOUT, _LOW),
    "session.opened": (_T.USER_LOGIN, _LOW),
    "session.revoked": (_T.USER_LOGOUT, _LOW),
    "sessions.revoked": (_T.USER_LOGOUT, _MEDIUM),
    "user.password_changed": (_T.USER_UPDATED, _MEDIUM),
    "user.password_reset_requested": (_T.SECURITY_EVENT, _MEDIUM),
    "user.password_reset": (_T.USER_UPDATED, _HIGH),
    "user.updated": (_T.USER_UPDATED, _LOW),
    "user.roles_changed": (_T.USER_UPDATED, _HIGH),
    "user.activated": (_T.USER_UPDATED, _MEDIUM),
    "user.deactivated": (_T.USER_UPDATED, _HIGH),
    "user.deleted": (_T.USER_DELETED, _HIGH),
    "refresh_token.reused": (_T.SECURITY_EVENT, _CRITICAL),
    "login.locked": (_T.SECURITY_EVENT, _HIGH),
    "mfa.enrolled": (_T.USER_UPDATED, _MEDIUM),
    "mfa.verified": (_T.USER_LOGIN, _LOW),
    "mfa.failed": (_T.SECURITY_EVENT, _MEDIUM),
    "mfa.disabled": (_T.USER_UPDATED, _HIGH),
    "mfa.recovery_code_used": (_T.SECURITY_EVENT, _HIGH),
    "passkey.registered": (_T.USER_UPDATED, _MEDIUM),
    "passkey.removed": (_T.USER_UPDATED, _MEDIUM),
    "metric.deleted": (_T.DATA_MODIFICATION, _MEDIUM),
    "metrics_collection.started": (_T.CONFIGURATION_CHANGE, _LOW),
    "metrics_collection.stopped": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "alert_rule.created": (_T.CONFIGURATION_CHANGE, _LOW),
    "alert_rule.updated": (_T.CONFIGURATION_CHANGE, _LOW),
    "alert_rule.deleted": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "alert.fired": (_T.SYSTEM_EVENT, _HIGH),
    "alert.resolved": (_T.SYSTEM_EVENT, _LOW),
    "prompt.created": (_T.CONFIGURATION_CHANGE, _LOW),
    "prompt.updated": (_T.CONFIGURATION_CHANGE, _LOW),
    "prompt.deleted": (_T.CONFIGURATION_CHANGE, _LOW),
    "ai_batch.requested": (_T.API_REQUEST, _LOW),
    "ai_batch.continued": (_T.SYSTEM_EVENT, _LOW),
    "ai_batch.completed": (_T.SYSTEM_EVENT, _LOW),
    "task.submitted": (_T.API_REQUEST, _LOW),
    "task.retried": (_T.API_REQUEST, _LOW),
    "task.cancel_requested": (_T.API_REQUEST, _LOW),
    "task.completed": (_T.SYSTEM_EVENT, _LOW),
    "task.failed": (_T.SYSTEM_EVENT, _MEDIUM),
    "task.cancelled": (_T.SYSTEM_EVENT, _LOW),
    "task.deleted": (_T.DATA_MODIFICATION, _LOW),
    "task_service.started": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "task_service.stopped": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "api_key.created": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "api_key.rotated": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "api_key.revoked": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "api_key.used": (_T.API_REQUEST, _LOW),
    "access.denied": (_T.SECURITY_EVENT, _MEDIUM),
    "rate_limit.exceeded": (_T.SECURITY_EVENT, _MEDIUM),
    "address.blocked": (_T.SECURITY_EVENT, _HIGH),
    "address.unblocked": (_T.SECURITY_EVENT, _MEDIUM),
    "tenant.updated": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "policies.changed": (_T.CONFIGURATION_CHANGE, _HIGH),
    "secret.stored": (_T.CONFIGURATION_CHANGE, _HIGH),
    "secret.deleted": (_T.CONFIGURATION_CHANGE, _HIGH),
    "compliance.report_created": (_T.DATA_ACCESS, _MEDIUM),
    "secret.used": (_T.DATA_ACCESS, _LOW),
    "data.accessed": (_T.DATA_ACCESS, _LOW),
    "user.personal_data_erased": (_T.DATA_MODIFICATION, _HIGH),
    "audit.values_erased": (_T.DATA_MODIFICATION, _MEDIUM),
    "audit.head_signed": (_T.SYSTEM_EVENT, _LOW),
    "threat.detected": (_T.SECURITY_EVENT, _HIGH),
    "threat.resolved": (_T.SECURITY_EVENT, _MEDIUM),
    "security_event.logged": (_T.SECURITY_EVENT, _MEDIUM),
    "workflow.created": (_T.WORKFLOW_CREATED, _LOW),
    "workflow.updated": (_T.WORKFLOW_UPDATED, _LOW),
    "workflow.status_changed": (_T.WORKFLOW_UPDATED, _MEDIUM),
    "workflow.published": (_T.WORKFLOW_UPDATED, _MEDIUM),
    "workflow.rolled_back": (_T.WORKFLOW_UPDATED, _MEDIUM),
    "workflow.deleted": (_T.WORKFLOW_DELETED, _MEDIUM),
    "node.added": (_T.NODE_ADDED, _LOW),
    "node.updated": (_T.NODE_UPDATED, _LOW),
    "node.deleted": (_T.NODE_DELETED, _LOW),
    "budget.nearly_spent": (_T.SYSTEM_EVENT, _MEDIUM),
    "budget.exceeded": (_T.SYSTEM_EVENT, _HIGH),
    "budgets.changed": (_T.CONFIGURATION_CHANGE, _HIGH),
    "run.queued": (_T.WORKFLOW_EXECUTED, _LOW),
    "run.started": (_T.WORKFLOW_EXECUTED, _LOW),
    "run.completed": (_T.WORKFLOW_EXECUTED, _LOW),
    "run.failed": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "run.interrupted": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "run.cancelled": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "run.records_removed": (_T.DATA_MODIFICATION, _MEDIUM),
    "run.resumed": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "receipt.signed": (_T.SYSTEM_EVENT, _LOW),
    "receipt.erased": (_T.DATA_MODIFICATION, _HIGH),
    "value.stored": (_T.DATA_MODIFICATION, _LOW),
    "node.compensated": (_T.NODE_EXECUTED, _MEDIUM),
    "mail.outcome_unknown": (_T.SYSTEM_EVENT, _MEDIUM),
    "approval.requested": (_T.WORKFLOW_EXECUTED, _LOW),
    "approval.decided": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "approval.delegated": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "approval.expired": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "webhook.received": (_T.WORKFLOW_EXECUTED, _LOW),
    "tenant.run_limit_changed": (_T.CONFIGURATION_CHANGE, _HIGH),
    "document.uploaded": (_T.DATA_MODIFICATION, _LOW),
    "document.made": (_T.DATA_MODIFICATION, _LOW),
    "document.restored": (_T.DATA_MODIFICATION, _MEDIUM),
    "workflow.restored": (_T.WORKFLOW_CREATED, _MEDIUM),
    "backup.created": (_T.DATA_ACCESS, _HIGH),
    "backup.deleted": (_T.DATA_MODIFICATION, _HIGH),
    "backup.restored": (_T.DATA_MODIFICATION, _HIGH),
    "document.changed": (_T.DATA_MODIFICATION, _LOW),
    "document.version_added": (_T.DATA_MODIFICATION, _LOW),
    "document.collected": (_T.DATA_MODIFICATION, _LOW),
    "document.uncollected": (_T.DATA_MODIFICATION, _LOW),
    "collection.created": (_T.DATA_MODIFICATION, _LOW),
    "collection.deleted": (_T.DATA_MODIFICATION, _MEDIUM),
    "search.reindex_requested": (_T.CONFIGURATION_CHANGE, _LOW),
    "run.held": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "run.released": (_T.WORKFLOW_EXECUTED, _MEDIUM),
    "document.expired": (_T.DATA_MODIFICATION, _MEDIUM),
    "document.deleted": (_T.DATA_MODIFICATION, _MEDIUM),
    "message.published": (_T.SYSTEM_EVENT, _LOW),
    "ai_workflow.created": (_T.WORKFLOW_CREATED, _LOW),
    "ai_workflow.updated": (_T.WORKFLOW_UPDATED, _LOW),
    "ai_workflow.deleted": (_T.WORKFLOW_DELETED, _MEDIUM),
    "ai_workflow.cancelled": (_T.WORKFLOW_UPDATED, _LOW),
    "ai_workflow.rated": (_T.DATA_MODIFICATION, _LOW),
    "ai_template.created": (_T.CONFIGURATION_CHANGE, _LOW),
    "ai_template.updated": (_T.CONFIGURATION_CHANGE, _LOW),
    "ai_template.deleted": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "ai_choice.applied": (_T.CONFIGURATION_CHANGE, _HIGH),
    "ai_choice.dropped": (_T.CONFIGURATION_CHANGE, _HIGH),
    "schedule.created": (_T.CONFIGURATION_CHANGE, _LOW),
    "schedule.updated": (_T.CONFIGURATION_CHANGE, _LOW),
    "schedule.paused": (_T.CONFIGURATION_CHANGE, _LOW),
    "schedule.run_requested": (_T.API_REQUEST, _LOW),
    "schedule.resumed": (_T.CONFIGURATION_CHANGE, _LOW),
    "schedule.cancelled": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "schedule.deleted": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "schedule.failed": (_T.SYSTEM_EVENT, _HIGH),
    "schedule.fire_missed": (_T.SYSTEM_EVENT, _MEDIUM),
    "schedule.fire_failed": (_T.SYSTEM_EVENT, _MEDIUM),
    "scheduler.started": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "scheduler.stopped": (_T.CONFIGURATION_CHANGE, _HIGH),
}

# What a later release tells and this table does not know yet is kept all the same.
FAMILIES: Final[dict[str, Kind]] = {
    "user": (_T.USER_UPDATED, _MEDIUM),
    "invitation": (_T.USER_UPDATED, _MEDIUM),
    "session": (_T.SECURITY_EVENT, _LOW),
    "sessions": (_T.SECURITY_EVENT, _LOW),
    "login": (_T.SECURITY_EVENT, _MEDIUM),
    "mfa": (_T.SECURITY_EVENT, _MEDIUM),
    "passkey": (_T.USER_UPDATED, _MEDIUM),
    "api_key": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "tenant": (_T.CONFIGURATION_CHANGE, _MEDIUM),
    "policies": (_T.CONFIGURATION_CHANGE, _HIGH),
    "secret": (_T.CONFIGURATION_CHANGE, _HIGH),
    "data": (_T.DATA_ACCESS, _MEDIUM),
    "compliance": (_T.DATA_ACCESS, _MEDIUM),
    "value": (_T.DATA_MODIFICATION, _LOW),
    "document": (_T.DATA_MODIFICATION, _LOW),
    "workflow": (_T.WORKFLOW_UPDATED, _LOW),
    "node": (_T.NODE_UPDATED, _LOW),
    "run": (_T.WORKFLOW_EXECUTED, _LOW),
    "threat": (_T.SECURITY_EVENT, _HIGH),
    "security_event": (_T.SECURITY_EVENT, _MEDIUM),
    "access": (_T.SECURITY_EVENT, _MEDIUM),
}
UNKNOWN: Final[Kind] = (_T.SYSTEM_EVENT, _MEDIUM)


def is_kept(name: str) -> bool:
    return name not in UNKEPT


def kind_of(name: str) -> Kind:
    return KINDS.get(name) or FAMILIES.get(name.split(".", 1)[0], UNKNOWN)
