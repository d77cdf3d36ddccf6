"""Starting and stopping a local stage."""

import os
import shutil
import signal
import socket
import sys

import httpx

from infra.local import deployment, model_server, processes
from infra.local.phases import console, phase
from infra.local.place import ROOT, Place
from infra.local.ports import claim
from infra.local.problems import Problem
from infra.local.seed import seed
from infra.local.warming import warm

EMULATOR, MODEL = "emulator.pid", "model.pid"
READY, RUNNING, SAVED = "ready", "running", "saved"


def start(place: Place, *, model: bool = True) -> None:
    """Brings the stage up with its state of before. Raises ``Problem``; what was started before it is stopped again."""
    busy = Problem(f"The stage {place.name!r} is being started elsewhere.", "Wait for it, or stop it with: make stop")
    with processes.alone(place.home.with_suffix(".lock"), busy):
        _clear_the_way(place)
        with claim(place.port, "the front", "PORT") as front, claim(place.stage_port, "local AWS", "STAGE_PORT") as aws:
            if model:
                claim(place.model_port, "the model server", "MODEL_PORT").close()
            try:
                _bring_up(place, front, aws, model=model)
            except BaseException:
                stop(place)
                raise
        (place.home / READY).write_text(place.base_url)


def _bring_up(place: Place, front: socket.socket, aws: socket.socket, *, model: bool) -> None:
    with phase("Local AWS") as step:
        step.note = _start_emulator(place, front, aws)
    with phase("Stack") as step:
        if deployment.is_current(place):
            deployment.write_outputs(place)
            step.note = "unchanged"
        else:
            deployment.deploy(place, step.report)
    with phase("Model server") as step:
        step.note = _start_model_server(place) if model else "left out"
    with phase("First calls"):
        with _credentials(place):
            seed(place.endpoint_url, deployment.outputs(place))
        warm(place)
    if not save(place):
        raise Problem("Local AWS did not write its state.", f"Look into {place.home / 'emulator.log'}")


def save(place: Place) -> bool:
    """Writes the state that a stop would write, so that a kill loses no more than what comes after."""
    pid = processes.running(place.home / EMULATOR)
    if pid is None:
        return False
    (place.home / SAVED).unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    return processes.wait_until((place.home / SAVED).exists, 10, alive=lambda: is_running(place))


def stop(place: Place) -> bool:
    """``False`` when nothing was running."""
    (place.home / READY).unlink(missing_ok=True)
    stopped = [processes.stop(place.home / name) for name in (MODEL, EMULATOR)]
    # What a killed emulator or a killed command has left behind: functions, and a deployment that goes on.
    left = [processes.kill_those_with(str(place.home / name)) for name in ("tmp/ministack-lambda-", "cdk.out")]
    return any([*stopped, *left])


def reset(place: Place) -> None:
    stop(place)
    shutil.rmtree(place.home, ignore_errors=True)


def is_running(place: Place) -> bool:
    return processes.running(place.home / EMULATOR) is not None


def has_died(place: Place) -> bool:
    """It was up, nobody stopped it, and it is gone."""
    return (place.home / READY).exists() and not is_running(place)


def _clear_the_way(place: Place) -> None:
    if is_running(place):
        if (place.home / READY).exists():
            address = (place.home / READY).read_text()
            raise Problem(
                f"The stage {place.name!r} is running already at {address}.", "Use it, or stop it with: make stop"
            )
        console.print("[yellow]An earlier start was cut in the middle; starting anew.[/yellow]")
    stop(place)
    for folder in ("tmp", "state", "s3"):
        (place.home / folder).mkdir(parents=True, exist_ok=True)


def _start_emulator(place: Place, front: socket.socket, aws: socket.socket) -> str:
    """The emulator takes ``running`` away when its state is written: who finds it there knows that it was not."""
    cut = place.home / RUNNING
    note = ""
    if cut.exists() and (place.home / "state" / "cloudformation.json").exists():
        note = "it was killed: what was written since its last start or stop is lost"
    elif cut.exists():
        # Buckets are on disk at once, all else is lost: the stack could not make again what is there already.
        shutil.rmtree(place.home / "s3")
        note = "its first start was cut: beginning afresh"
    shutil.rmtree(place.home / "tmp", ignore_errors=True)
    (place.home / "tmp").mkdir()
    sockets = (aws.fileno(), front.fileno())
    cut.touch()
    processes.start(
        [sys.executable, "-m", "infra.local.emulator", *map(str, sockets), str(place.home)],
        pid_file=place.home / EMULATOR,
        log_file=place.home / "emulator.log",
        environment=place.emulator_environment(),
        cwd=ROOT,
        handed_over=sockets,
    )
    aws.close()
    front.close()
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

    path = place.home / pid_file
    if not processes.wait_until(answers, seconds, alive=lambda: processes.running(path) is not None):
        last = "\n".join((place.home / log).read_text(errors="replace").splitlines()[-5:])
        raise Problem(f"{url} did not answer. Its last words:\n{last}", f"All of them: {place.home / log}")


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
