"""Alert rules: made, looked at, changed and removed. They are evaluated each minute."""

from typing import Annotated

from fastapi import APIRouter, Path

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from functions.api.metrics.dependencies import CanRead, CanWrite, Rules
from functions.api.metrics.schemas.alerts import AlertRuleView, DeletedAlertRule, PutAlertRule

router = APIRouter(prefix="/api/v3/metrics/alerts", tags=["metrics"], responses=ERROR_RESPONSES)

RuleId = Annotated[str, Path(max_length=40)]


@router.post("", summary="Make an alert rule")
async def create_alert_rule(body: PutAlertRule, caller: CanWrite, rules: Rules, key: Idempotency) -> AlertRuleView:
    return AlertRuleView.model_validate(rules.create(caller.tenant_id, body, caller.username, key).model_dump())


@router.get("", summary="All alert rules and where they stand: at most fifty")
async def list_alert_rules(caller: CanRead, rules: Rules) -> list[AlertRuleView]:
    return [AlertRuleView.model_validate(rule.model_dump()) for rule in rules.read_all(caller.tenant_id)]


@router.get("/{alert_rule_id}", summary="An alert rule and where it stands")
async def read_alert_rule(alert_rule_id: RuleId, caller: CanRead, rules: Rules) -> AlertRuleView:
    return AlertRuleView.model_validate(rules.read(caller.tenant_id, alert_rule_id).model_dump())


@router.put("/{alert_rule_id}", summary="Change an alert rule")
async def replace_alert_rule(
    alert_rule_id: RuleId, body: PutAlertRule, caller: CanWrite, rules: Rules
) -> AlertRuleView:
    rule = rules.replace(caller.tenant_id, alert_rule_id, body, caller.username)
    return AlertRuleView.model_validate(rule.model_dump())


@router.delete("/{alert_rule_id}", summary="Remove an alert rule; one that fires is resolved")
async def delete_alert_rule(alert_rule_id: RuleId, caller: CanWrite, rules: Rules) -> DeletedAlertRule:
    rules.delete(caller.tenant_id, alert_rule_id, caller.username)
    return DeletedAlertRule(id=alert_rule_id)
