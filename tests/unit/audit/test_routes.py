"""Every route that changes something says which event tells of it; one that nobody thought of fails here."""

from docchain.audit.kinds import KINDS, is_kept
from infra.openapi import all_routes
from tests.unit.audit.emitted import emitted_names

SECURITY = "/api/v3/security"
AUTH = "/api/v3/auth"
WORKFLOWS = "/api/v3/workflows"
AI_WORKFLOWS = "/api/v3/ai-workflows"
BACKGROUND = "/api/v3/background"
SCHEDULER = "/api/v3/scheduler"

# Route → the events of which at least one is told when it did something.
TOLD: dict[str, tuple[str, ...]] = {
    "POST /api/v3/metrics/service/start": ("metrics_collection.started",),
    "POST /api/v3/metrics/service/stop": ("metrics_collection.stopped",),
    "DELETE /api/v3/metrics/metrics/{metric_name}": ("metric.deleted",),
    "POST /api/v3/metrics/alerts": ("alert_rule.created",),
    "PUT /api/v3/metrics/alerts/{alert_rule_id}": ("alert_rule.updated",),
    "DELETE /api/v3/metrics/alerts/{alert_rule_id}": ("alert_rule.deleted", "alert.resolved"),
    "POST /api/v3/advanced/ai/prompts": ("prompt.created",),
    "PUT /api/v3/advanced/ai/prompts/{prompt_name}": ("prompt.updated",),
    "DELETE /api/v3/advanced/ai/prompts/{prompt_name}": ("prompt.deleted",),
    "POST /api/v3/advanced/ai/batch": ("ai_batch.requested",),
    "POST /api/v3/advanced/ai/search/reindex": ("search.reindex_requested",),
    f"POST {BACKGROUND}/tasks/submit": ("task.submitted",),
    f"POST {BACKGROUND}/tasks/workflow/execute": ("task.submitted",),
    f"POST {BACKGROUND}/tasks/ai/process": ("task.submitted",),
    f"POST {BACKGROUND}/tasks/notification/send": ("task.submitted",),
    f"POST {BACKGROUND}/tasks/analytics/process": ("task.submitted",),
    f"POST {BACKGROUND}/tasks/cleanup": ("task.submitted",),
    f"POST {BACKGROUND}/tasks/bulk/submit": ("task.submitted",),
    f"POST {BACKGROUND}/tasks/groups": ("task.submitted",),
    f"POST {BACKGROUND}/tasks/bulk/cancel": ("task.cancelled", "task.cancel_requested"),
    f"POST {BACKGROUND}/tasks/{{task_id}}/cancel": ("task.cancelled", "task.cancel_requested"),
    f"POST {BACKGROUND}/tasks/{{task_id}}/retry": ("task.retried",),
    f"POST {BACKGROUND}/tasks/dead-letter/redrive": ("task.retried",),
    f"POST {BACKGROUND}/tasks/dead-letter/{{task_id}}/redrive": ("task.retried",),
    f"DELETE {BACKGROUND}/tasks/{{task_id}}": ("task.deleted",),
    f"POST {BACKGROUND}/service/start": ("task_service.started",),
    f"POST {BACKGROUND}/service/stop": ("task_service.stopped",),
    **{
        f"POST {SCHEDULER}/schedules/{kind}": ("schedule.created",)
        for kind in ("cron", "interval", "once", "daily", "weekly", "monthly")
    },
    f"PUT {SCHEDULER}/schedules/{{schedule_id}}": ("schedule.updated",),
    f"DELETE {SCHEDULER}/schedules/{{schedule_id}}": ("schedule.deleted",),
    f"POST {SCHEDULER}/schedules/{{schedule_id}}/pause": ("schedule.paused",),
    f"POST {SCHEDULER}/schedules/{{schedule_id}}/resume": ("schedule.resumed",),
    f"POST {SCHEDULER}/schedules/{{schedule_id}}/cancel": ("schedule.cancelled",),
    f"POST {SCHEDULER}/schedules/{{schedule_id}}/run": ("schedule.run_requested",),
    f"POST {SCHEDULER}/service/start": ("scheduler.started",),
    f"POST {SCHEDULER}/service/stop": ("scheduler.stopped",),
    "POST /api/v3/advanced/workflows/execute": ("workflow.published", "run.started"),
    "POST /api/v3/advanced/workflows/{workflow_id}/nodes/{node_id}/execute": ("run.started",),
    f"POST {AUTH}/invitations": ("user.invited",),
    f"POST {AUTH}/invitations/accept": ("user.registered", "invitation.accepted"),
    f"DELETE {AUTH}/invitations/{{invitation_id}}": ("invitation.revoked",),
    f"PUT {AUTH}/tenant": ("tenant.updated",),
    f"PUT {AUTH}/users/{{user_id}}": ("user.updated",),
    f"DELETE {AUTH}/users/{{user_id}}": ("user.deleted",),
    f"PUT {AUTH}/users/{{user_id}}/roles": ("user.roles_changed",),
    f"POST {AUTH}/users/{{user_id}}/activate": ("user.activated",),
    f"POST {AUTH}/users/{{user_id}}/deactivate": ("user.deactivated", "sessions.revoked"),
    f"PUT {AUTH}/me": ("user.updated",),
    f"POST {AUTH}/register": ("user.registered",),
    f"POST {AUTH}/login": ("user.logged_in", "user.login_failed", "login.locked"),
    f"POST {SECURITY}/api-keys": ("api_key.created",),
    f"POST {SECURITY}/api-keys/{{api_key_id}}/rotate": ("api_key.rotated",),
    f"DELETE {SECURITY}/api-keys/{{api_key_id}}": ("api_key.revoked",),
    f"PUT {SECURITY}/profile": ("user.updated",),
    f"POST {SECURITY}/auth/mfa": ("user.logged_in", "mfa.verified", "mfa.failed", "mfa.recovery_code_used"),
    f"POST {SECURITY}/mfa/verify": ("mfa.enrolled", "mfa.failed"),
    f"POST {SECURITY}/mfa/step-up": ("mfa.verified", "mfa.failed"),
    f"POST {SECURITY}/mfa/disable": ("mfa.disabled",),
    f"POST {SECURITY}/auth/passkey/finish": ("user.logged_in", "user.login_failed"),
    f"POST {SECURITY}/passkeys/register/finish": ("passkey.registered",),
    f"DELETE {SECURITY}/passkeys/{{passkey_id}}": ("passkey.removed",),
    f"POST {SECURITY}/auth/change-password": ("user.password_changed", "sessions.revoked"),
    f"POST {SECURITY}/auth/reset-password": ("user.password_reset_requested",),
    f"POST {SECURITY}/auth/reset-password/confirm": ("user.password_reset", "sessions.revoked"),
    f"PUT {SECURITY}/policies": ("policies.changed",),
    f"DELETE {SECURITY}/sessions/{{session_id}}": ("session.revoked",),
    f"POST {SECURITY}/sessions/revoke-all": ("sessions.revoked",),
    f"POST {SECURITY}/auth/register": ("user.registered",),
    f"POST {SECURITY}/auth/login": ("user.logged_in", "user.login_failed", "login.locked"),
    f"POST {SECURITY}/auth/refresh": ("session.revoked",),
    f"POST {SECURITY}/auth/logout": ("session.revoked",),
    f"POST {SECURITY}/audit/heads": ("audit.head_signed",),
    f"POST {SECURITY}/audit/erase": ("user.personal_data_erased",),
    f"POST {SECURITY}/compliance/reports": ("compliance.report_created",),
    f"POST {SECURITY}/events/log": ("security_event.logged",),
    f"POST {SECURITY}/threats/{{threat_id}}/resolve": ("threat.resolved",),
    f"POST {SECURITY}/blocked-addresses": ("address.blocked",),
    f"DELETE {SECURITY}/blocked-addresses/{{address}}": ("address.unblocked",),
    f"PUT {SECURITY}/vault/secrets/{{secret_name}}": ("secret.stored",),
    f"DELETE {SECURITY}/vault/secrets/{{secret_name}}": ("secret.deleted",),
    "POST /api/v3/ws/broadcast": ("message.published",),
    "POST /api/v3/ws/broadcast/room/{room_id}": ("message.published",),
    "POST /api/v3/ws/broadcast/user/{user_id}": ("message.published",),
    "POST /api/v3/ws/events/workflow/{workflow_id}": ("message.published",),
    "POST /api/v3/ws/events/ai/{user_id}": ("message.published",),
    "POST /api/v3/ws/events/notification": ("message.published",),
    "POST /api/v3/ws/events/security": ("message.published",),
    "POST /api/v3/ws/events/analytics": ("message.published",),
    f"POST {AI_WORKFLOWS}": ("ai_workflow.created",),
    f"PUT {AI_WORKFLOWS}/{{ai_workflow_id}}": ("ai_workflow.updated",),
    f"DELETE {AI_WORKFLOWS}/{{ai_workflow_id}}": ("ai_workflow.deleted",),
    f"POST {AI_WORKFLOWS}/{{ai_workflow_id}}/execute": ("run.started",),
    f"POST {AI_WORKFLOWS}/{{ai_workflow_id}}/cancel": ("ai_workflow.cancelled", "run.cancelled"),
    f"POST {AI_WORKFLOWS}/{{ai_workflow_id}}/rating": ("ai_workflow.rated",),
    f"POST {AI_WORKFLOWS}/templates": ("ai_template.created",),
    f"PUT {AI_WORKFLOWS}/templates/{{ai_template_name}}": ("ai_template.updated",),
    f"DELETE {AI_WORKFLOWS}/templates/{{ai_template_name}}": ("ai_template.deleted",),
    f"POST {AI_WORKFLOWS}/proposals/{{proposal_id}}/apply": ("ai_choice.applied",),
    f"DELETE {AI_WORKFLOWS}/choices/{{task}}": ("ai_choice.dropped",),
    f"POST {WORKFLOWS}/documents": ("document.uploaded",),
    f"POST {WORKFLOWS}/documents/uploads/{{upload_id}}/complete": ("document.uploaded",),
    f"DELETE {WORKFLOWS}/documents/{{document_id}}": ("document.deleted",),
    f"PATCH {WORKFLOWS}/documents/{{document_id}}": ("document.changed",),
    f"POST {WORKFLOWS}/documents/{{document_id}}/versions": ("document.version_added",),
    f"POST {WORKFLOWS}/documents/collections": ("collection.created",),
    f"DELETE {WORKFLOWS}/documents/collections/{{collection_id}}": ("collection.deleted",),
    f"PUT {WORKFLOWS}/documents/collections/{{collection_id}}/documents/{{document_id}}": ("document.collected",),
    f"DELETE {WORKFLOWS}/documents/collections/{{collection_id}}/documents/{{document_id}}": ("document.uncollected",),
    f"POST {WORKFLOWS}/{{workflow_id}}/execute": ("run.started",),
    f"POST {WORKFLOWS}/runs/{{run_id}}/cancel": ("run.cancelled",),
    f"POST {WORKFLOWS}/runs/{{run_id}}/approve": ("approval.decided",),
    f"POST {WORKFLOWS}/runs/{{run_id}}/reject": ("approval.decided",),
    f"POST {WORKFLOWS}/approvals/{{approval_id}}/approve": ("approval.decided",),
    f"POST {WORKFLOWS}/approvals/{{approval_id}}/reject": ("approval.decided",),
    f"POST {WORKFLOWS}/approvals/{{approval_id}}/delegate": ("approval.delegated",),
    f"POST {WORKFLOWS}/approvals/links/{{token}}": ("approval.decided",),
    f"POST {WORKFLOWS}/hooks/{{token}}": ("webhook.received",),
    f"PUT {WORKFLOWS}/limits": ("tenant.run_limit_changed",),
    f"POST {WORKFLOWS}/runs/{{run_id}}/replay": ("run.started",),
    f"POST {WORKFLOWS}/runs/{{run_id}}/resume": ("run.resumed",),
    f"POST {WORKFLOWS}/runs/{{run_id}}/hold": ("run.held",),
    f"POST {WORKFLOWS}/runs/{{run_id}}/release": ("run.released",),
    f"POST {WORKFLOWS}/runs/{{run_id}}/proof/erase": ("receipt.erased",),
    f"PUT {WORKFLOWS}/budgets": ("budgets.changed",),
    f"POST {WORKFLOWS}": ("workflow.created",),
    f"POST {WORKFLOWS}/import": ("workflow.created",),
    f"POST {WORKFLOWS}/templates/{{template_name}}": ("workflow.created",),
    f"POST {WORKFLOWS}/{{workflow_id}}/clone": ("workflow.created",),
    f"POST {WORKFLOWS}/bulk": ("workflow.status_changed", "workflow.deleted", "run.started"),
    f"PUT {WORKFLOWS}/{{workflow_id}}": ("workflow.updated", "workflow.status_changed", "workflow.deleted"),
    f"DELETE {WORKFLOWS}/{{workflow_id}}": ("workflow.deleted",),
    f"POST {WORKFLOWS}/{{workflow_id}}/nodes": ("node.added",),
    f"PUT {WORKFLOWS}/{{workflow_id}}/nodes/{{node_id}}": ("node.updated",),
    f"DELETE {WORKFLOWS}/{{workflow_id}}/nodes/{{node_id}}": ("node.deleted",),
    f"POST {WORKFLOWS}/{{workflow_id}}/publish": ("workflow.published",),
    f"POST {WORKFLOWS}/{{workflow_id}}/rollback": ("workflow.rolled_back",),
}
# Route → why nothing is told.
UNTOLD: dict[str, str] = {
    **{
        f"POST /api/v3/metrics/metrics/{kind}": "a measurement is no deed, and there are thousands of them"
        for kind in ("counter", "gauge", "histogram", "timer", "summary", "batch")
    },
    "POST /api/v3/advanced/ai/generate": "it answers a question and keeps nothing but what it counts",
    "POST /api/v3/advanced/ai/analyze": "it answers a question and keeps nothing but what it counts",
    "POST /api/v3/advanced/ai/summarize": "it answers a question and keeps nothing but what it counts",
    "POST /api/v3/advanced/ai/extract": "it answers a question and keeps nothing but what it counts",
    "POST /api/v3/advanced/ai/translate": "it answers a question and keeps nothing but what it counts",
    "POST /api/v3/advanced/ai/embeddings": "it answers a question and keeps nothing but what it counts",
    "POST /api/v3/advanced/ai/prompts/{prompt_name}/render": "it answers a question and keeps nothing",
    "POST /api/v3/advanced/ai/search": "it answers a question and keeps nothing",
    "PUT /api/v3/advanced/cache/entries/{key}": "a cache holds what can be made again, and forgets it by itself",
    "DELETE /api/v3/advanced/cache/entries/{key}": "a cache holds what can be made again, and forgets it by itself",
    "POST /api/v3/advanced/cache/clear": "a cache holds what can be made again; how often it was cleared is counted",
    "POST /api/v3/advanced/cache/optimize": "it removes what nobody is served any more",
    f"POST {SCHEDULER}/schedules/preview": "it answers a question and keeps nothing",
    f"POST {SECURITY}/mfa/enroll": "nothing holds before the first code was shown: mfa.enrolled tells of that",
    f"POST {SECURITY}/auth/passkey/begin": "a challenge that the second step answers",
    f"POST {SECURITY}/passkeys/register/begin": "a challenge that the second step answers",
    f"POST {SECURITY}/validate/password": "it answers a question and keeps nothing",
    f"POST {SECURITY}/validate/input": "it answers a question and keeps nothing",
    f"POST {WORKFLOWS}/documents/uploads": "a form; what was uploaded with it is told when it is taken over",
    f"POST {WORKFLOWS}/{{workflow_id}}/validate": "it answers a question and keeps nothing",
    f"POST {WORKFLOWS}/{{workflow_id}}/estimate": "it answers a question and keeps nothing",
}


def test_every_route_that_changes_something_is_on_one_of_the_lists() -> None:
    changing = {f"{method} {path}" for method, path, _ in all_routes() if method != "GET"}

    assert sorted(changing - TOLD.keys() - UNTOLD.keys()) == [], "say which event tells of it, or why none does"


def test_the_lists_name_no_route_that_is_gone() -> None:
    routes = {f"{method} {path}" for method, path, _ in all_routes()}

    assert sorted((TOLD.keys() | UNTOLD.keys()) - routes) == []
    assert not TOLD.keys() & UNTOLD.keys()


def test_the_events_on_the_list_are_told_somewhere_and_kept_by_the_audit() -> None:
    named = {event for events in TOLD.values() for event in events}

    assert named <= KINDS.keys()
    assert named <= emitted_names().keys()
    assert all(is_kept(event) for event in named)
