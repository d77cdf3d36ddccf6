"""Rules of tenants, and the list of those that are looked at each minute; a change and its event are one write."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from docchain.clock import now
from docchain.events.models import Event
from docchain.metrics.alerts.models import FIRED, RULES_MOST, AlertRule, Condition, Standing
from docchain.metrics.alerts.standing import Change, resting
from docchain.metrics.errors import AlertRuleNotFound, TooManyAlertRules
from docchain.metrics.rounds import Round
from docchain.storage.conditions import Attr
from docchain.storage.counters import next_number
from docchain.storage.errors import ConditionFailed
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

_TOLD: Final[dict[Change, str]] = {"fired": "alert.fired", "resolved": "alert.resolved"}
WATCHED: Final = "_system#alert_rules"
_TRIES: Final = 3
Result = TypeVar("Result")


@dataclass(frozen=True)
class AlertRules:
    table: Table

    def create(self, tenant_id: str, condition: Condition, actor: str, key: IdempotencyKey | None) -> AlertRule:
        """Raises ``TooManyAlertRules``, ``IdempotencyMismatch``."""
        if key and (earlier := key.earlier_answer(self.table)):
            return AlertRule.model_validate(earlier)
        at = now()
        number = next_number(self.table, tenant_id, "alert_rule")
        told = {"id": f"alert_{number}", "created_at": at, "created_by": actor, "updated_at": at}
        rule = AlertRule(**condition.model_dump(), **told, standing=Standing(since=at))
        actions = [
            self._counting(tenant_id, 1),
            self.table.putting(_item(tenant_id, rule), when=Attr("pk").not_exists()),
            *self._watching(tenant_id, rule),
            self._telling(tenant_id, rule, "alert_rule.created", actor),
        ]
        if key:
            actions.append(key.recording(self.table, rule.model_dump(mode="json")))
        try:
            self.table.transact(actions)
        except ConditionFailed as failed:
            if key and (earlier := key.earlier_answer(self.table)):
                return AlertRule.model_validate(earlier)
            if 0 in failed.failed:
                raise TooManyAlertRules(f"There are {RULES_MOST} alert rules already; delete one.") from None
            raise
        return rule

    def read(self, tenant_id: str, rule_id: str) -> AlertRule:
        """Raises ``AlertRuleNotFound``."""
        item = self.table.get(_pk(tenant_id), rule_id, consistent=True)
        if item is None:
            raise AlertRuleNotFound(rule_id)
        return AlertRule.model_validate(item["rule"])

    def read_all(self, tenant_id: str) -> list[AlertRule]:
        """In the order they were made."""
        items = self.table.query_all(_pk(tenant_id), most=RULES_MOST)
        found = [AlertRule.model_validate(item["rule"]) for item in items]
        return sorted(found, key=lambda rule: int(rule.id.removeprefix("alert_")))

    def replace(self, tenant_id: str, rule_id: str, condition: Condition, actor: str) -> AlertRule:
        """Where it stands stays, but for one that is switched off: that rests. Raises ``AlertRuleNotFound``."""
        return _met_by_looks(lambda: self._replace(tenant_id, rule_id, condition, actor))

    def _replace(self, tenant_id: str, rule_id: str, condition: Condition, actor: str) -> AlertRule:
        old = self.read(tenant_id, rule_id)
        at = now()
        rests = old.standing.state in FIRED and not condition.enabled
        standing = old.standing if condition.enabled else resting(old.standing, at)
        rule = old.model_copy(
            update={**dict(condition), "updated_at": at, "revision": old.revision + 1, "standing": standing}
        )
        actions = [
            self._putting(tenant_id, rule, old),
            *self._watching(tenant_id, rule),
            self._telling(tenant_id, rule, "alert_rule.updated", actor),
        ]
        if rests:
            actions.append(self._telling(tenant_id, rule, "alert.resolved", actor, reason="disabled"))
        self.table.transact(actions)
        return rule

    def delete(self, tenant_id: str, rule_id: str, actor: str) -> None:
        """Raises ``AlertRuleNotFound``."""
        _met_by_looks(lambda: self._delete(tenant_id, rule_id, actor))

    def _delete(self, tenant_id: str, rule_id: str, actor: str) -> None:
        rule = self.read(tenant_id, rule_id)
        actions = [
            self.table.deleting(_pk(tenant_id), rule_id, when=Attr("revision").eq(rule.revision)),
            self.table.deleting(WATCHED, _watch_key(tenant_id, rule_id)),
            self._counting(tenant_id, -1),
            self._telling(tenant_id, rule, "alert_rule.deleted", actor),
        ]
        if rule.standing.state in FIRED:
            actions.append(self._telling(tenant_id, rule, "alert.resolved", actor, reason="deleted"))
        self.table.transact(actions)

    def each_watched(self) -> Iterator[list[tuple[str, AlertRule]]]:
        """Of every tenant, a hundred at a time, in the order of the list."""
        for watched in Round(self.table, WATCHED).pages():
            places = [(_pk(item["tenant_id"]), item["rule_id"]) for item in watched]
            found = self.table.get_many(places, consistent=True)
            rules = (found[place] for place in places if place in found)
            yield [(item["tenant_id"], AlertRule.model_validate(item["rule"])) for item in rules]

    def stop_behind(self, tenant_id: str, rule_id: str) -> None:
        """The next look begins with the rule that comes after."""
        Round(self.table, WATCHED).stop_behind(_watch_key(tenant_id, rule_id))

    def stand(self, tenant_id: str, rule: AlertRule, standing: Standing, change: Change | None) -> bool:
        """``False`` when somebody was faster: a change is told by who made it, once."""
        rule_then = rule.model_copy(update={"standing": standing, "revision": rule.revision + 1})
        actions = [self._putting(tenant_id, rule_then, rule)]
        if change:
            told = {"transition": standing.transitions}
            actions.append(self._telling(tenant_id, rule_then, _TOLD[change], None, **told))
        try:
            self.table.transact(actions)
        except ConditionFailed:
            return False
        return True

    def _putting(self, tenant_id: str, rule: AlertRule, before: AlertRule) -> Action:
        return self.table.putting(_item(tenant_id, rule), when=Attr("revision").eq(before.revision))

    def _watching(self, tenant_id: str, rule: AlertRule) -> list[Action]:
        key = _watch_key(tenant_id, rule.id)
        if not rule.enabled:
            return [self.table.deleting(WATCHED, key)]
        item = {"pk": WATCHED, "sk": key, "entity": "watched", "tenant_id": tenant_id, "rule_id": rule.id}
        return [self.table.putting(item)]

    def _counting(self, tenant_id: str, change: int) -> Action:
        room = Attr("rules").not_exists() | Attr("rules").lt(RULES_MOST) if change > 0 else None
        head = {"entity": "alert_rules_head"}
        return self.table.updating(f"{tenant_id}#alert_rules_head", "head", add={"rules": change}, set_=head, when=room)

    def _telling(self, tenant_id: str, rule: AlertRule, kind: str, actor: str | None, **more: Any) -> Action:
        subject = f"alert_rules/{rule.id}"
        fact = Event(type=kind, tenant_id=tenant_id, subject=subject, actor=actor, data=rule.told(**more))
        return self.table.putting(event_item(fact))


def _met_by_looks(write: Callable[[], Result]) -> Result:
    """Each minute's look moves the revision as well: what meets one is done again on what that has left."""
    for _ in range(_TRIES - 1):
        try:
            return write()
        except ConditionFailed:
            continue
    return write()


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#alert_rules"


def _watch_key(tenant_id: str, rule_id: str) -> str:
    return f"{tenant_id}#{rule_id}"


def _item(tenant_id: str, rule: AlertRule) -> Item:
    told = {"tenant_id": tenant_id, "revision": rule.revision, "rule": rule.model_dump(mode="json")}
    return {"pk": _pk(tenant_id), "sk": rule.id, "entity": "alert_rule", **told}
