"""The tenant's task service: whether it runs, its figures, and its health."""

from docchain.clock import now
from docchain.tasks import service
from functions.api.background.dependencies import CanGovern, CanRead, World
from functions.api.background.paths import router_of_group
from functions.api.background.views import HealthView, ServiceView, StatsView

router = router_of_group()


@router.post("/service/start", summary="Let the tenant's tasks begin")
async def start_service(caller: CanGovern, world: World) -> ServiceView:
    service.start(world.tasks, world.tokens, caller.tenant_id, caller.username, world.workers)
    return ServiceView(message="Background tasks are running", status="running")


@router.post("/service/stop", summary="Let none of the tenant's tasks begin; what is at work ends")
async def stop_service(caller: CanGovern, world: World) -> ServiceView:
    service.stop(world.tasks, caller.tenant_id, caller.username)
    return ServiceView(message="Background tasks are stopped: none begins until they are started", status="stopped")


@router.get("/service/stats", summary="Figures of the tenant's tasks")
async def read_statistics(caller: CanRead, world: World) -> StatsView:
    return StatsView.of(service.statistics(world.tasks, caller.tenant_id), world.workers)


@router.get("/health", summary="Whether the tenant's tasks are done")
async def read_health(caller: CanRead, world: World) -> HealthView:
    known = service.statistics(world.tasks, caller.tenant_id)
    return HealthView(
        status="healthy" if known.is_running else "stopped",
        is_running=known.is_running,
        active_tasks=known.running,
        pending_tasks=known.pending,
        timestamp=now(),
    )
