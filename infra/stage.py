"""A stage is typed settings: what differs between a laptop and production is a field here, never an ``if prod``."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

Architecture = Literal["arm64", "x86_64"]


@dataclass(frozen=True, kw_only=True)
class PasswordHashing:
    """argon2id: OWASP's second profile (19 MiB, two passes) unless a stage says otherwise."""

    memory_kib: int = 19_456
    time_cost: int = 2
    parallelism: int = 1


@dataclass(frozen=True, kw_only=True)
class Models:
    """A ``…_secret`` names a secret in Secrets Manager that holds the key; empty means no key.

    Bedrock needs none, so it answers where a node names nobody; an empty model turns it off. ``fallbacks`` are asked
    in their order when that one cannot answer. The limits are each tenant's, over all paid models.
    """

    default_provider: str = "bedrock"
    fallbacks: tuple[str, ...] = ("local",)
    allow_fallback: bool = True
    tokens_per_minute: int = 200_000
    calls_at_a_time: int = 20
    openai_secret: str = ""
    openai_base_url: str = ""
    openai_model: str = "gpt-5-mini"
    openai_embedding_model: str = "text-embedding-3-small"
    anthropic_secret: str = ""
    anthropic_model: str = "claude-haiku-4-5"
    google_secret: str = ""
    google_model: str = "gemini-2.5-flash"
    google_embedding_model: str = "gemini-embedding-001"
    bedrock_model: str = "amazon.nova-lite-v1:0"
    bedrock_embedding_model: str = "amazon.titan-embed-text-v2:0"
    compatible_base_url: str = ""
    compatible_secret: str = ""
    compatible_model: str = ""
    local_base_url: str = ""
    local_model: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskWorkers:
    """Of each pool; SQS wakes no fewer than two at a time."""

    light: int = 10
    data: int = 4
    documents: int = 4
    ai: int = 8


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A name for the edge. The certificate must lie in us-east-1: CloudFront takes no other."""

    name: str
    certificate_arn: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    name: str
    version: str = "0.1.0"

    python: str = "3.12"
    # arm64 would cost a fifth less, but rapid-textrank (layer ai) has no wheel for it, nor for Python 3.13.
    architecture: Architecture = "x86_64"
    # Off where functions run on an interpreter that has the packages itself (the emulator).
    third_party_layers: bool = True
    # Base address of an emulator; its sockets are then answered under a path of it. Empty in AWS.
    emulator_url: str = ""

    log_level: str = "INFO"
    log_days: int = 30
    access_logs: bool = True
    tracing: bool = True

    keep_data: bool = True
    deletion_protection: bool = True
    point_in_time_recovery: bool = True
    # The emulator speaks http; a bucket or queue that insists on TLS would refuse it.
    tls_only: bool = True

    alarms: bool = False
    alarm_email: str = ""

    # Letters come from this address, which SES verifies. Empty: none leave, and their orders lie with the dead letters.
    mail_sender: str = ""
    # Where people reach the API, for links in letters; empty: the domain, or the REST API's own address.
    public_url: str = ""

    # None leaves the account's limit. A small figure keeps a burst of steps in few workers; Step Functions tries again.
    step_concurrency: int | None = None
    requests_per_second: int = 200
    request_burst: int = 400

    # Calls a minute of an address that nobody is known behind, and its tries at logging in, registering, resetting.
    # What a user and a key may is the tenant's policy.
    anonymous_per_minute: int = 300
    sign_in_per_minute: int = 30
    # A revoked session must be refused within five seconds.
    authorizer_cache_seconds: int = 4
    # Names of the keys of access tokens: the first signs, all verify. How they are rotated: docs/signing-keys.md.
    signing_keys: tuple[str, ...] = ("1",)
    # Keys for the vault's algorithms rsa2048 and rsa4096: each costs a dollar a month, and aes256 is as good.
    rsa_keys: bool = False
    password_hashing: PasswordHashing = field(default_factory=PasswordHashing)
    # Names of the keys of the audit's signed heads, and how long S3 locks a head away.
    audit_keys: tuple[str, ...] = ("1",)
    audit_lock_days: int = 1
    # Nought: heads are signed once a day, at ten past midnight UTC.
    audit_heads_minutes: int = 0
    # How long the audit's writer gathers events before it writes; nought makes batches of ten at most.
    audit_window_seconds: int = 1
    # How long a door gathers timings of its routes before it writes them; nought gathers none.
    timing_seconds: int = 10
    # Whether CloudWatch has metrics of the functions.
    function_metrics: bool = True
    # Workers of background tasks by pool; all tenants share them, and a quarter of them is open to no single one.
    task_workers: TaskWorkers = field(default_factory=TaskWorkers)
    # For how long ends of nodes and runs are gathered before they are counted together.
    analytics_window_seconds: int = 5
    # Schedules that fire at the same second are worked off by so many at once.
    fires_at_once: int = 50
    # Their webhooks by so many, of all tenants: a slow peer keeps one of them for up to twenty seconds.
    webhooks_at_once: int = 20
    # How long documents are gathered before they are indexed: what comes together becomes one segment.
    search_window_seconds: int = 5
    cors_origins: tuple[str, ...] = ()
    # What nodes may call: https anywhere outside. A laptop's peers have no TLS, and answer on its own loopback.
    outbound_plain_http: bool = False
    outbound_loopback_ports: tuple[int, ...] = ()
    # A tenant "default" with admin / admin123: for a laptop only.
    seed_admin: bool = False

    # As Step Functions sees it: the name of the class that a step raises.
    transient_errors: tuple[str, ...] = ("TransientStepError",)
    # What a refused call is called: it was not delivered, and is tried again without counting as an attempt.
    throttled_errors: tuple[str, ...] = ("Lambda.TooManyRequestsException",)
    models: Models = field(default_factory=Models)
    # A Redis or Valkey that functions reach (rediss://host:port), and the secret that holds its password. Without one
    # the cache's shared store is a table.
    cache_redis_url: str = ""
    cache_redis_secret: str = ""

    edge: bool = False
    domain: Domain | None = None
    web_acl_arn: str = ""

    # cdk-nag at every synthesis.
    nag: bool = True

    @property
    def web_origin(self) -> str:
        """Where browsers reach the stage, as far as it knows that itself: passkeys are bound to it."""
        return self.public_url.rstrip("/") or (f"https://{self.domain.name}" if self.domain else "")

    @property
    def prefix(self) -> str:
        """Begins the names that must be told apart in one account."""
        return f"docchain-{self.name}"


LOCAL = Stage(
    name="local",
    audit_heads_minutes=5,
    rsa_keys=True,
    third_party_layers=False,
    log_days=1,
    access_logs=False,
    tracing=False,
    keep_data=False,
    deletion_protection=False,
    point_in_time_recovery=False,
    tls_only=False,
    step_concurrency=4,
    requests_per_second=10_000,
    request_burst=5_000,
    # Everybody here is 127.0.0.1, and load tests log in too.
    anonymous_per_minute=60_000,
    sign_in_per_minute=6_000,
    password_hashing=PasswordHashing(memory_kib=8_192, time_cost=1),
    audit_window_seconds=0,
    analytics_window_seconds=0,
    function_metrics=False,
    task_workers=TaskWorkers(light=4, data=2, documents=2, ai=2),
    search_window_seconds=0,
    fires_at_once=4,
    webhooks_at_once=2,
    cors_origins=("*",),
    outbound_plain_http=True,
    outbound_loopback_ports=(8099,),
    seed_admin=True,
    mail_sender="docchain@example.com",
    throttled_errors=("Lambda.TooManyRequestsException", "Lambda.Unknown"),
    models=Models(
        default_provider="openai",
        local_model="SmolLM2-135M-Instruct",
        # There is none in the emulator.
        bedrock_model="",
        bedrock_embedding_model="",
    ),
    nag=False,
)

DEV = Stage(
    name="dev",
    log_level="DEBUG",
    log_days=14,
    keep_data=False,
    deletion_protection=False,
    cors_origins=("*",),
)

PROD = Stage(
    name="prod",
    audit_lock_days=400,
    log_days=90,
    alarms=True,
    edge=True,
    requests_per_second=1_000,
    request_burst=2_000,
)

STAGES = {stage.name: stage for stage in (LOCAL, DEV, PROD)}


class UnknownStage(ValueError):
    """The message lists the stages there are."""


def find_stage(name: str) -> Stage:
    if name not in STAGES:
        raise UnknownStage(f"There is no stage {name!r}; there are: {', '.join(STAGES)}.")
    return STAGES[name]


class IncompleteContext(ValueError):
    """The message names what is missing."""


def with_context(stage: Stage, context: dict[str, str]) -> Stage:
    """What an owner gives at deploy time (``-c alarm_email=…``) over what the stage says.

    Raises ``IncompleteContext`` for a domain without its certificate.
    """
    models: dict[str, Any] = {k: v for k, v in context.items() if k in Models.__dataclass_fields__}
    texts = {"alarm_email", "version", "web_acl_arn", "emulator_url", "mail_sender", "public_url"}
    texts |= {"cache_redis_url", "cache_redis_secret"}
    plain: dict[str, Any] = {k: v for k, v in context.items() if k in texts}
    changed = replace(stage, models=replace(stage.models, **models), **plain)
    if "cors_origins" in context:
        changed = replace(changed, cors_origins=tuple(context["cors_origins"].split(",")))
    if "domain" in context:
        if "certificate_arn" not in context:
            raise IncompleteContext("A domain needs its certificate: -c certificate_arn=… (in us-east-1).")
        domain = Domain(name=context["domain"], certificate_arn=context["certificate_arn"])
        changed = replace(changed, domain=domain)
    return changed
