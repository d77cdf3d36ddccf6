"""Queues: what fills each, who works it off, how long it is kept, and where that which cannot be done comes to lie."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from docchain.analytics.tally import COUNTED
from docchain.audit.kinds import UNKEPT
from docchain.mail.approval_letters import KINDS as APPROVALS
from docchain.mail.kinds import KINDS
from infra.constructs.alarms import WINDOW, alarm_from
from infra.constructs.explained import explain
from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.listeners import dead_letters
from infra.stacks.data import Data

_TRIES = 10


def add_audit(scope: Construct, platform: Platform, data: Data) -> PythonFunction:
    """A queue between bus and chain: events wait there while the table does not answer, and come together in batches.

    To redrive its dead letters: ``aws sqs start-message-move-task --source-arn <the dead letters' ARN>``. An event that
    has its entry already changes nothing, and one of last week gets its place at the end of the chain.
    """
    function = PythonFunction(
        scope,
        platform,
        "queues/audit",
        environment={"AUDIT_TABLE": data.audit.table_name},
        timeout_seconds=60,
    )
    grants.on_tables(function, (*grants.GET, *grants.WRITE), data.audit)
    queue, poison = queue_of(scope, platform, function, "audit")
    window = platform.stage.audit_window_seconds
    work_off(
        function,
        sources.SqsEventSource(
            queue,
            # SQS hands over more than ten only to who waits for them.
            batch_size=100 if window else 10,
            max_batching_window=Duration.seconds(window),
            report_batch_item_failures=True,
            # Two is the least that Lambda allows. All tenants share them, and writers of one chain come one by one.
            max_concurrency=2,
        ),
    )
    _fill(scope, data, queue, poison, "audit", events.Match.anything_but(*sorted(UNKEPT)))
    return function


def add_analytics(scope: Construct, platform: Platform, data: Data) -> PythonFunction:
    """Ends of nodes and runs into figures, in batches: what many of them add to one figure is one write."""
    function = PythonFunction(
        scope,
        platform,
        "queues/analytics",
        environment={"RUNS_TABLE": data.runs.table_name},
        timeout_seconds=60,
    )
    grants.on_tables(function, ("GetItem", "Query", *grants.WRITE), data.runs)
    queue, poison = queue_of(scope, platform, function, "analytics")
    window = platform.stage.analytics_window_seconds
    work_off(
        function,
        sources.SqsEventSource(
            queue,
            batch_size=200 if window else 10,
            max_batching_window=Duration.seconds(window),
            report_batch_item_failures=True,
            # More at once would wait for each other at a tenant's figures of the day.
            max_concurrency=4,
        ),
    )
    _fill(scope, data, queue, poison, "analytics", sorted(COUNTED))
    return function


def add_mail(scope: Construct, platform: Platform, data: Data, public_url: str) -> PythonFunction:
    """``public_url`` is where people reach the API, for a stage that does not say it itself."""
    function = PythonFunction(
        scope,
        platform,
        "queues/mail",
        environment={
            "IDENTITY_TABLE": data.identity.table_name,
            "RUNS_TABLE": data.runs.table_name,
            "MAIL_SENDER": platform.stage.mail_sender,
            "PUBLIC_URL": platform.stage.public_url or public_url,
        },
    )
    grants.on_tables(function, (*grants.READ, *grants.WRITE), data.identity)
    grants.make_approval_links(function, data.runs)
    queue, poison = queue_of(scope, platform, function, "mail")
    # One by one: what is tried again makes a new link, which ends that of a letter that has left.
    work_off(function, sources.SqsEventSource(queue, batch_size=1, report_batch_item_failures=True))
    _fill(scope, data, queue, poison, "mail", sorted(KINDS.keys() | APPROVALS))
    if platform.stage.mail_sender:
        ses.EmailIdentity(scope, "mail-sender", identity=ses.Identity.email(platform.stage.mail_sender))
        grants.send_mail(function, platform.stage.mail_sender)
    return function


def filled_queue(
    scope: Construct,
    platform: Platform,
    data: Data,
    function: PythonFunction,
    name: str,
    detail_type: Sequence[str],
    *,
    also: Mapping[str, events.EventPattern] | None = None,
    delay_seconds: int = 0,
) -> sqs.Queue:
    """A queue with its dead letters and its rule; ``also``: further rules that fill it, by name."""
    queue, poison = queue_of(scope, platform, function, name, delay_seconds)
    _fill(scope, data, queue, poison, name, detail_type)
    for kind, pattern in (also or {}).items():
        _fill_by(scope, data, queue, poison, f"{name}-{kind}", pattern)
    return queue


def _fill(
    scope: Construct, data: Data, queue: sqs.Queue, poison: sqs.Queue, name: str, detail_type: Sequence[str]
) -> None:
    """A message is our Event alone: what the bus puts around it is left away."""
    _fill_by(scope, data, queue, poison, name, events.EventPattern(source=["docchain"], detail_type=detail_type))


def _fill_by(
    scope: Construct, data: Data, queue: sqs.Queue, poison: sqs.Queue, name: str, pattern: events.EventPattern
) -> None:
    rule = events.Rule(scope, f"queues-{name}-rule", event_bus=data.bus, event_pattern=pattern)
    message = events.RuleTargetInput.from_event_path("$.detail")
    rule.add_target(targets.SqsQueue(queue, message=message, dead_letter_queue=poison))


def work_off(function: PythonFunction, source: sources.SqsEventSource) -> None:
    function.add_event_source(source)
    kept = "the queue has its own dead letters"
    for child in function.node.children:
        if child.node.id.startswith("SqsEventSource"):
            explain(child, kept, "Serverless-LambdaEventSourceMappingDestination")


def queue_of(
    scope: Construct, platform: Platform, function: PythonFunction, name: str, delay_seconds: int = 0
) -> tuple[sqs.Queue, sqs.Queue]:
    """The queue and its dead letters, with an alarm on each."""
    poison = dead_letters(scope, platform, f"{name}-poison")
    queue = sqs.Queue(
        scope,
        f"{name}-queue",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=platform.stage.tls_only,
        retention_period=Duration.days(4),
        delivery_delay=Duration.seconds(delay_seconds) if delay_seconds else None,
        # Six times what its function may take, as Lambda asks: a batch that is at work is not handed out again.
        visibility_timeout=Duration.seconds(6 * (function.timeout or Duration.seconds(30)).to_seconds()),
        dead_letter_queue=sqs.DeadLetterQueue(queue=poison, max_receive_count=_TRIES),
    )
    age = queue.metric_approximate_age_of_oldest_message(period=WINDOW, statistic=cloudwatch.Stats.MAXIMUM)
    says = f"what waits in the queue {name} is older than five minutes"
    alarm_from(queue, "delay", platform.alarms, age, threshold=300, says=says)
    return queue, poison
