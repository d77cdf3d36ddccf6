"""One node of each effect class against a real peer, delivered as Step Functions does: again after each failure."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.calls_out.requesting import send_request
from docchain.errors import PermanentStepError, TransientStepError
from docchain.outbound.client import Answer, Client, Request
from docchain.outbound.errors import PeerSilent
from docchain.outbound.policy import Policy
from docchain.runs.models import NodeRecord, Run
from docchain.steps.call import NodeCall, NodeResult
from docchain.steps.perform import perform
from docchain.steps.world import StepWorld
from tests.support.engine import Stage
from tests.support.faults import ProcessKilled, strike
from tests.support.http_peer import Peer, Received, Reply

CLASSES = ("pure", "paid", "keyed", "once")
ATTEMPTS = 3
HEADERS = {"X-Key": "vault:token"}


@dataclass
class Trial:
    """``work`` strikes before anything is sent, ``effect`` when the peer has done what it was asked for."""

    stage: Stage
    peer: Peer
    effect_class: str
    work: str = ""
    effect: str = ""
    struck: bool = False
    acted: list[Received] = field(default_factory=list)
    before_completion: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.peer.reply = self._reply
        self.run = self.stage.started([self._node()])
        client = Client(Policy(plain_http=True, loopback_ports=frozenset({self.peer.port})))
        self.sending = _Sending(client, self)

    def deliver(self, attempt: int) -> None:
        perform(self.stage.order(self.run, "act", attempt=attempt), self._world(), 30.0)

    def deliver_again(self) -> None:
        """The same order a second time, while the first is under way: whatever it answers goes to nobody."""
        try:
            self.deliver(0)
        except (TransientStepError, PermanentStepError):
            return

    def until_it_ends(self) -> None:
        """As the state machine: a dead or failed step comes again with a higher attempt, a refusal does not."""
        for attempt in range(ATTEMPTS):
            try:
                self.deliver(attempt)
            except PermanentStepError:
                break
            except (TransientStepError, BotoCoreError, ClientError, ProcessKilled):
                continue  # the door of a step calls what AWS failed at transient
            break

    @property
    def record(self) -> NodeRecord:
        record: NodeRecord = self.stage.record(self.run, "act")
        return record

    @property
    def effects(self) -> int:
        """As the receiver counts: one that honours keys knows the second request of a key by it."""
        if self.effect_class != "keyed":
            return len(self.acted)
        return len({r.headers["idempotency-key"] for r in self.acted})

    def current_run(self) -> Run:
        return self.stage.runs.read(self.stage.tenant, self.run.id)

    def _node(self) -> dict[str, Any]:
        if self.effect_class == "paid":
            return {"name": "Act", "node_type": "ai_generate", "config": {"prompt": "say yes"}}
        config: dict[str, Any] = {"url": f"{self.peer.url}/act", "headers": HEADERS, "timeout_seconds": 1}
        if self.effect_class != "pure":
            config |= {"method": "POST", "json": {"order": 5}, "effect": self.effect_class}
        return {"name": "Act", "node_type": "http_request", "config": config}

    def _world(self) -> StepWorld:
        workers = {"http_request": self._request, "ai_generate": self._generate}
        return StepWorld(**{**vars(self.stage.world(self._request)), "workers": workers})

    def _request(self, call: NodeCall) -> NodeResult:
        return send_request(self.sending, self._secret, call, lambda _: None)  # type: ignore[arg-type]  # sends alike

    def _generate(self, call: NodeCall) -> NodeResult:
        """A model behind HTTP: every request that it answers is billed."""
        self._secret("", "")
        answer = self.sending.send(Request("POST", f"{self.peer.url}/generate", {}, call.config.prompt.encode(), 1.0))
        if answer.status == 429:
            raise TransientStepError("the model is busy")
        return NodeResult(output={"text": json.loads(answer.body)["said"]}, usage={"provider": "local"})

    def _secret(self, _tenant: str, _name: str) -> str:
        if self.work and not self.struck:
            self.struck = True
            return str(strike(self.work, lambda: "s3cret-value", self.deliver_again))
        return "s3cret-value"

    def _reply(self, received: Received) -> Reply:
        if self.effect == "throttle" and not self.struck:
            self.struck = True
            return Reply(429)
        self.acted.append(received)
        if self.effect in ("timeout", "lost acknowledgement") and not self.struck:
            self.struck = True
            return Reply(after=1.3) if self.effect == "timeout" else Reply(hangs_up=True)
        return Reply(body=b'{"said": "yes"}')


@dataclass
class _Sending:
    client: Client
    trial: Trial

    def send(self, request: Request) -> Answer:
        answer = self._sent(request)
        if self.trial.effect in ("killed", "duplicate") and not self.trial.struck:
            self.trial.struck = True
            strike(self.trial.effect, lambda: None, self.trial.deliver_again)
        return answer

    def _sent(self, request: Request) -> Answer:
        if self.trial.effect_class != "paid":
            return self.client.send(request)
        try:
            return self.client.send(request)
        except PeerSilent as error:
            raise TransientStepError(error.message) from error
