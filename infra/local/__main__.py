"""The developer's commands: ``python -m infra.local run|start|stop|reset|status|demo|deploy|logs|mail|invoke``."""

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from infra.local import deployment, functions, mail, stage
from infra.local.phases import console, phase
from infra.local.place import Place
from infra.local.problems import Problem


def main() -> int:
    arguments = _parser().parse_args()
    place = Place(arguments.name, arguments.port, arguments.stage_port, arguments.model_port)
    try:
        return int(COMMANDS[arguments.command](place, arguments))
    except Problem as problem:
        console.print(f"[red]✗ {problem.message}[/red]")
        if problem.advice:
            console.print(f"  {problem.advice}")
        return 1
    except KeyboardInterrupt:
        return 130


def _run(place: Place, arguments: argparse.Namespace) -> int:
    # A closed terminal and a service manager mean what Ctrl-C means.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    stage.start(place)
    try:
        if not arguments.no_demo:
            from infra.local.demo.run import show

            show(place.base_url, place.ws_url, None)
        _tell(place)
        while stage.is_running(place):
            time.sleep(0.5)
        if stage.has_died(place):
            raise Problem(
                "Local AWS was killed; what was written since its last start or stop is lost.",
                f"`make run` goes on from there. Its log: {place.home / 'emulator.log'}",
            )
        console.print("[yellow]The stage was stopped from elsewhere.[/yellow]")
    except KeyboardInterrupt:
        console.print("\nStopping …")
    finally:
        # A second Ctrl-C would cut the writing of the state.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stage.stop(place)
    console.print("[green]✓[/green] Stopped; the state is kept for the next `make run`.")
    return 0


def _tell(place: Place) -> None:
    console.print(
        f"""
[bold]Document Workflow Chain runs at {place.base_url}[/bold]

  API docs      {place.base_url}/docs
  WebSocket     {place.ws_url}/api/v3/ws/ws?connection_id=me&token=…
  Log in        admin / admin123
  Local AWS     {place.endpoint_url}

Try next
  make demo DOC=path/to/your.pdf
  TOKEN=$(curl -s {place.base_url}/api/v3/security/auth/login -H 'content-type: application/json' \\
      -d '{{"username":"admin","password":"admin123"}}' \\
      | python3 -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
  curl -s {place.base_url}/api/v3/workflows -H "authorization: Bearer $TOKEN"

Mails that the stage sends (password links) stay here: `make mail` shows them.
Ctrl-C stops everything; state is kept. `make reset` forgets it.
""",
        soft_wrap=True,
    )


def _stop(place: Place, _: argparse.Namespace) -> int:
    console.print("Stopped." if stage.stop(place) else "Nothing was running.")
    return 0


def _reset(place: Place, _: argparse.Namespace) -> int:
    stage.reset(place)
    console.print(f"Forgot all state of the stage {place.name!r}.")
    return 0


def _status(place: Place, _: argparse.Namespace) -> int:
    running = stage.is_running(place)
    console.print(f"{place.name}: {'running at ' + place.base_url if running else 'not running'}")
    return 0 if running else 1


def _start(place: Place, _: argparse.Namespace) -> int:
    stage.start(place)
    return 0


def _demo(place: Place, arguments: argparse.Namespace) -> int:
    from infra.local.demo.run import show

    _require_running(place)
    show(place.base_url, place.ws_url, Path(arguments.doc) if arguments.doc else None)
    return 0


def _deploy(place: Place, _: argparse.Namespace) -> int:
    """New code into a stage that runs, without stopping it."""
    _require_running(place)
    with phase("Stack") as step:
        deployment.deploy(place, step.report)
    stage.save(place)
    return 0


def _logs(place: Place, arguments: argparse.Namespace) -> int:
    _require_running(place)
    for line in functions.log_lines(place, arguments.fn):
        print(line)
    return 0


def _mail(place: Place, _: argparse.Namespace) -> int:
    _require_running(place)
    found = list(mail.letters(place))
    print("\n----------------------------------------\n\n".join(found) or "No letter was sent yet.")
    return 0


def _invoke(place: Place, arguments: argparse.Namespace) -> int:
    _require_running(place)
    answer, failed = functions.invoke(place, arguments.fn, arguments.event)
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 1 if failed else 0


def _require_running(place: Place) -> None:
    if not stage.is_running(place):
        raise Problem(f"The stage {place.name!r} is not running.", "Start it in another terminal: make run")


COMMANDS = {
    "run": _run,
    "start": _start,
    "stop": _stop,
    "reset": _reset,
    "status": _status,
    "demo": _demo,
    "deploy": _deploy,
    "logs": _logs,
    "mail": _mail,
    "invoke": _invoke,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--name", default="local")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--stage-port", type=int, default=4566)
    parser.add_argument("--model-port", type=int, default=18080)
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--doc")
    parser.add_argument("--fn", default="")
    parser.add_argument("--event", default="")
    return parser


if __name__ == "__main__":
    sys.exit(main())
