"""Starting and stopping a local stage."""

import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx

from infra.local import deployment, model_server, processes
from infra.local.phases import phase
from infra.local.place import ROOT, Place
from infra.local.problems import Problem
from infra.local.seed import seed

EMULATOR, MODEL = "emulator.pid", "model.pid"
# First calls of these answer while the user still reads; each is a process to spawn and a package to import.
# An exception would end the very process that is to be kept warm, so each door gets something it can answer: steps the
# word, groups a path that does not exist, the authorizer a request without a token.
_WARM_EVENT = {
    "warm": True,
    "httpMethod": "GET",
    "path": "/warm",
    "headers": {},
    "multiValueHeaders": {},
    "requestContext": {"stage": "v1", "identity": {}},
    "methodArn": "arn:aws:execute-api:us-east-1:000000000000:api/v1/GET/warm",
    "body": None,
    "isBase64Encoded": False,
}
WARMED = ("api-health", "authorizers-rest", "api-security", "api-workflows", "steps-lifecycle", "steps-document")


def start(place: Place, *, model: bool = True) -> None:
    """Brings the stage up with its state of before. Raises ``Problem``; what was started before it is stopped again."""
    _look_around(place, model=model)
    try:
        with phase("Local AWS") as step:
            step.note = _start_emulator(place)
        with phase("Stack") as step:
            if deployment.is_current(place):
                step.note = "unchanged"
            else:
                deployment.deploy(place, step.report)
        with phase("Model server") as step:
            step.note = _start_model_server(place) if model else "left out"
        with phase("First calls") as step:
            with _credentials(place):
                seed(place.endpoint_url, deployment.outputs(place))
            _warm(place)
    except BaseException:
        stop(place)
        raise


def stop(place: Place) -> bool:
    """``False`` when nothing was running."""
    stopped = [processes.stop(place.home / name) for name in (MODEL, EMULATOR)]
    if stopped[1]:
        (place.home / "running").unlink(missing_ok=True)
    return any(stopped)


def reset(place: Place) -> None:
    stop(place)
    shutil.rmtree(place.home, ignore_errors=True)


def is_running(place: Place) -> bool:
    return processes.running(place.home / EMULATOR) is not None


def _look_around(place: Place, *, model: bool) -> None:
    if is_running(place):
        raise Problem(
            f"The stage {place.name!r} is running already at {place.base_url}.", "Use it, or stop it with: make stop"
        )
    for folder in ("tmp", "state", "s3"):
        (place.home / folder).mkdir(parents=True, exist_ok=True)
    processes.stop(place.home / MODEL)
    processes.require_free(place.port, "the front", "PORT")
    processes.require_free(place.stage_port, "local AWS", "STAGE_PORT")
    if model:
        processes.require_free(place.model_port, "the model server", "MODEL_PORT")


def _start_emulator(place: Place) -> str:
    cut = place.home / "running"
    note = "the last stop was not clean: what was written since the stop before is lost" if cut.exists() else ""
    shutil.rmtree(place.home / "tmp", ignore_errors=True)
    (place.home / "tmp").mkdir()
    processes.start(
        [sys.executable, "-m", "infra.local.emulator", str(place.port), str(place.outputs_file)],
        pid_file=place.home / EMULATOR,
        log_file=place.home / "emulator.log",
        environment=place.emulator_environment(),
        cwd=ROOT,
    )
    cut.touch()
    _wait_for(place, EMULATOR, f"{place.endpoint_url}/_ministack/health", 30, "emulator.log")
    return note


def _start_model_server(place: Place) -> str:
    if not model_server.available():
        return "not installed on this platform; ai_generate needs a provider"
    processes.start(
        [sys.executable, "-m", "infra.local.model_server", str(place.model_port)],
        pid_file=place.home / MODEL,
        log_file=place.home / "model.log",
        environment={**place.emulator_environment(), "TMPDIR": str(place.home / "tmp")},
        cwd=ROOT,
    )
    _wait_for(place, MODEL, f"http://127.0.0.1:{place.model_port}/health", 60, "model.log")
    return "SmolLM2-135M, experimental"


def _wait_for(place: Place, pid_file: str, url: str, seconds: float, log: str) -> None:
    def answers() -> bool:
        try:
            return httpx.get(url, timeout=1).status_code == 200
        except httpx.TransportError:
            return False

    problem = Problem(f"{url} did not answer.", f"Look into {place.home / log}; `make reset` starts afresh.")
    path = place.home / pid_file
    processes.wait_until(answers, seconds, alive=lambda: processes.running(path) is not None, problem=problem)


def _warm(place: Place) -> None:
    lambdas = deployment.client(place, "lambda")

    def call(name: str) -> None:
        lambdas.invoke(FunctionName=f"docchain-local-{name}", Payload=json.dumps(_WARM_EVENT).encode())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(call, WARMED))


class _credentials:  # noqa: N801  # reads as a word in a with statement
    """The environment in which our own code reaches the stage, for as long as it needs it."""

    def __init__(self, place: Place) -> None:
        names = place.client_environment()
        self._given = {k: v for k, v in names.items() if k.startswith("AWS_")}
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        self._before = {k: os.environ.get(k) for k in self._given}
        os.environ.update(self._given)

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
