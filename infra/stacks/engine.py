"""The stack that works: data, the steps of runs, listeners, queues, schedules, and the WebSocket API they push to."""

from aws_cdk import Stack
from constructs import Construct

from infra.constructs.websocket_api import WebSocketApi
from infra.functions.asking import add_batches, add_document_reader
from infra.functions.listeners import add_listeners
from infra.functions.queues import add_analytics, add_audit
from infra.functions.realtime import add_realtime
from infra.functions.schedules import add_schedules
from infra.functions.scheduling import add_scheduling
from infra.functions.searching import add_search
from infra.functions.steps import add_steps
from infra.functions.task_kinds import Around
from infra.functions.tasks import add_task_queues, add_tasks
from infra.functions.websocket import add_sockets
from infra.stacks.data import Data
from infra.stacks.platform import alarm_topic, platform_of, tell
from infra.stage import Stage


class EngineStack(Stack):
    """Has the stage's own name, and knows nothing of the doors that REST opens to it."""

    def __init__(self, scope: Construct, stage: Stage, **options: object) -> None:
        super().__init__(scope, stage.prefix, **options)  # type: ignore[arg-type]  # CDK's own options
        self.data = data = Data(self, stage)
        self.alarms = alarm_topic(self, stage)
        platform = platform_of(self, stage, self.alarms)
        self.steps = add_steps(self, platform, data)
        self.document_reader = add_document_reader(self, platform, data)
        self.task_queues = add_task_queues(self, platform, data)
        self.websocket = WebSocketApi(self, stage)
        sockets = add_sockets(self, platform, data, self.websocket.management_endpoint)
        self.websocket.route(sockets)
        listeners = add_listeners(self, platform, data, self.websocket.management_endpoint)
        fanning = add_realtime(self, platform, data, self.websocket.management_endpoint)
        for function in (*listeners.posting, *fanning, sockets.disconnect, sockets.message):
            self.websocket.may_post(function)
        add_audit(self, platform, data)
        add_analytics(self, platform, data)
        add_search(self, platform, data)
        add_batches(self, platform, data, self.document_reader)
        add_schedules(self, platform, data, self.steps)
        add_tasks(self, Around(platform, data, self.steps, self.document_reader), self.task_queues)
        self.scheduling = add_scheduling(self, platform, data, self.steps, self.task_queues)
        tell(
            self,
            {
                "WebSocketApiId": self.websocket.api.api_id,
                "WebSocketApiStage": self.websocket.stage.stage_name,
                "WebSocketApiUrl": self.websocket.stage.url,
                "DocumentsBucket": data.bucket.bucket_name,
                "EventBus": data.bus.event_bus_name,
                "SigningKeys": data.signing_key_ids,
                **{f"{name.capitalize()}Table": table.table_name for name, table in data.tables().items()},
            },
        )
