"""A real document goes through a chain, live; then what came out, what it cost and where it lies."""

import asyncio
import json
from pathlib import Path
from typing import Any

from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from infra.local.demo.chain import WORKFLOW
from infra.local.demo.client import Visitor
from infra.local.phases import console
from infra.local.problems import Problem

DOCUMENTS = Path(__file__).with_name("documents")
SHIPPED = (DOCUMENTS / "service-agreement.en.pdf", DOCUMENTS / "informe-trimestral.es.pdf")
RESULTS = Path(".local") / "demo"
MARKS = {
    "pending": "[dim]·[/dim]",
    "running": "[yellow]▶[/yellow]",
    "completed": "[green]✓[/green]",
    "failed": "[red]✗[/red]",
    "skipped": "[dim]–[/dim]",
}
RUN_SECONDS = 120


def show(base_url: str, ws_url: str, document: Path | None) -> None:
    """The shipped documents, one English and one Spanish, or the user's own. Raises ``Problem``."""
    visitor = Visitor(base_url, ws_url)
    visitor.log_in("admin", "admin123")
    workflow_id = visitor.call("POST", "/api/v3/workflows", WORKFLOW)["id"]
    for file in [document] if document else SHIPPED:
        if not file.is_file():
            raise Problem(f"There is no file {file}.", "Give the path of a pdf, docx, html, md or txt: make demo DOC=…")
        console.rule(f"[bold]{file.name}")
        uploaded = visitor.call("POST", "/api/v3/workflows/documents", files={"file": (file.name, file.read_bytes())})
        try:
            run_id = asyncio.run(_watch(visitor, workflow_id, uploaded["id"]))
        except (WebSocketException, TimeoutError) as error:
            raise Problem(
                f"The WebSocket did not serve the demo: {error!r}", "make logs FN=websocket-connect"
            ) from error
        _tell(visitor, run_id, file.stem)


async def _watch(visitor: Visitor, workflow_id: int, document_id: str) -> int:
    """Joins the workflow's room, starts the run, and draws each event as it comes."""
    keys = [node["name"].lower().replace(" ", "_") for node in WORKFLOW["nodes"]]
    states = dict.fromkeys(keys, "pending")
    async with connect(visitor.socket_url()) as socket:
        await _until(socket, "connection_established")
        await socket.send(json.dumps({"type": "join_workflow", "workflow_id": workflow_id}))
        await _until(socket, "joined_workflow")
        body = {"parameters": {"document_id": document_id}}
        started = await asyncio.to_thread(visitor.call, "POST", f"/api/v3/workflows/{workflow_id}/execute", body)
        with Live(_table(states), console=console, refresh_per_second=10) as live:
            async with asyncio.timeout(RUN_SECONDS):
                while True:
                    message = json.loads(await socket.recv())
                    data = message.get("data", {})
                    if message["type"] != "event" or data.get("run_id") != started["id"]:
                        continue
                    if "node" in data:
                        states[data["node"]] = data["status"]
                    elif data.get("status"):
                        for key in states:
                            states[key] = "skipped" if states[key] == "pending" else states[key]
                        live.update(_table(states))
                        return int(started["id"])
                    live.update(_table(states))


async def _until(socket: Any, kind: str) -> None:
    async with asyncio.timeout(15):
        while json.loads(await socket.recv())["type"] != kind:
            pass


def _table(states: dict[str, str]) -> Table:
    table = Table.grid(padding=(0, 2))
    kinds = [node["node_type"] for node in WORKFLOW["nodes"]]
    for (key, status), kind in zip(states.items(), kinds, strict=True):
        table.add_row(MARKS.get(status, "?"), key, f"[dim]{kind}[/dim]", f"[dim]{status}[/dim]")
    return table


def _tell(visitor: Visitor, run_id: int, name: str) -> None:
    run = visitor.call("GET", f"/api/v3/workflows/runs/{run_id}")
    if run["status"] != "completed":
        error = run["error"] or {}
        raise Problem(f"Run {run_id} is {run['status']}: {error.get('message')}", str(error.get("code", "")))
    nodes = {n["key"]: n for n in visitor.call("GET", f"/api/v3/workflows/runs/{run_id}/nodes")}
    console.print()
    summary, analysis = nodes["summary"]["output"], nodes["analysis"]["output"]
    method = f"[dim]{summary['provider']} · {summary['model']} · {summary['method']}[/dim]"
    console.print(Panel(summary["text"], title="Summary", subtitle=method, title_align="left", subtitle_align="right"))
    facts = Table("kind", "found", title="Key facts and entities", title_justify="left", show_edge=False)
    found = dict.fromkeys((entity["type"], entity["text"]) for entity in analysis["entities"]["items"])
    for kind, text in list(found)[:12]:
        facts.add_row(kind, text)
    console.print(facts)
    keywords = ", ".join(k["text"] for k in analysis["keywords"][:8])
    console.print(f"[bold]Keywords[/bold]  {keywords}\n[bold]Mood[/bold]      {analysis['sentiment']['label']}")
    kept = _save(visitor, run["results"]["pdf"]["document_id"], name)
    graph = visitor.call("GET", f"/api/v3/workflows/runs/{run_id}/graph")
    RESULTS.joinpath(f"{name}.mmd").write_text(graph["mermaid"])
    console.print(
        f"[bold]PDF[/bold]       {kept}\n"
        f"[bold]Graph[/bold]     {RESULTS / f'{name}.mmd'} (Mermaid), or GET /api/v3/workflows/runs/{run_id}/graph\n"
        f"[bold]Cost[/bold]      ${run['cost_usd']:.6f} at AWS list prices, {run['execution_time']:.1f} s\n"
    )


def _save(visitor: Visitor, document_id: str, name: str) -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"{name}.brief.pdf"
    file.write_bytes(visitor.raw("GET", f"/api/v3/workflows/documents/{document_id}/content").content)
    return file
