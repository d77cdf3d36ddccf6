"""Starts another workflow's run for a node: once, since the run is written together with the claim that names it.

If the process dies between that and the start of its execution, whoever looks after open runs starts it; a later
attempt finds the number of the run with the wait. A parent that is resumed resumes the run that failed it.
"""

from typing import Any

from docchain.clock import now
from docchain.costs.above import charging_start, limits_above
from docchain.costs.budgets import BudgetRepository
from docchain.costs.limits import Limit
from docchain.nodes.kinds.subworkflow import DEPTH_MOST, Subworkflow
from docchain.runs.control import check_parameters
from docchain.runs.deciding import decide_doubts
from docchain.runs.errors import RunNotResumable
from docchain.runs.launching import launch
from docchain.runs.models import OPEN, RESUMABLE, ParentRun, Run, RunStatus, StepOrder
from docchain.runs.repository import RunRepository
from docchain.steps.world import StepWorld
from docchain.waits import opening
from docchain.waits.children import ChildRefused, answer_parent
from docchain.workflows.models import RUNNABLE
from docchain.workflows.repository import WorkflowRepository
from functions.steps.control.dependencies import answers, machines
from functions.steps.control.waiting import wait_for


def start_child(order: StepOrder, world: StepWorld, _: float) -> dict[str, Any]:
    runs = RunRepository(world.records.table)
    made: list[Run] = []

    def ask(asking: opening.Asking) -> opening.Asked:
        if asking.earlier is not None:
            made.append(runs.read(order.tenant, asking.earlier.asked["run_id"], consistent=True))
            return opening.Asked(asking.earlier.asked)
        if (again := _taken_up(order, world, runs, asking)) is not None:
            made.append(again)
            return opening.Asked({"run_id": again.id, "wait": asking.config.wait})
        child = _child(order, world, asking)
        made.append(child)
        asked = {"run_id": child.id, "wait": asking.config.wait}
        charging = charging_start(runs.table, order, child)
        return opening.Asked(asked, [*runs.creating(order.tenant, child), *charging])

    answer = wait_for(order, world, ask)
    if made:
        launch(machines(), order.tenant, made[0])
        # One that is not waited for, or has ended before this attempt was made.
        answer_parent(answers(), order.tenant, made[0])
    return answer


def _taken_up(order: StepOrder, world: StepWorld, runs: RunRepository, asking: opening.Asking) -> Run | None:
    """The run that the failed wait was for: it goes on from where it failed, where another would act and pay again.

    ``None`` when it was cancelled or undone, or when the node now asks for something else. One that goes or is
    completed was resumed before: by an attempt that died before its claim, or by a person.
    Raises ``OutcomeUndecided`` while it is not known whether one of its nodes acted.
    """
    run_id = asking.over.asked.get("run_id") if asking.over else None
    if run_id is None:
        return None
    config: Subworkflow = asking.config
    child = runs.read(order.tenant, run_id, consistent=True)
    same = (child.workflow_id, child.params, config.version or child.version)
    if same != (config.workflow_id, config.parameters, child.version):
        return None
    if child.status in RESUMABLE and not child.compensated_at:
        decide_doubts(runs.doubts, order.tenant, child, asking.run.started_by, None)
        limits = _limits(order, world, asking.run, child.workflow_id, child.budget_usd)
        again = child.model_copy(update={"limits": limits})
        try:
            return runs.begin_resume(order.tenant, again, asking.run.started_by)
        except RunNotResumable:  # another delivery was faster, or its effects are being undone
            child = runs.read(order.tenant, run_id, consistent=True)
    return child if child.status in OPEN or child.status == RunStatus.COMPLETED else None


def _child(order: StepOrder, world: StepWorld, asking: opening.Asking) -> Run:
    config: Subworkflow = asking.config
    above = [*(asking.run.parent.workflows if asking.run.parent else ()), order.workflow]
    if config.workflow_id in above:
        raise ChildRefused(f"Workflow {config.workflow_id} is at work above this node; it cannot run itself.")
    if len(above) > DEPTH_MOST:
        raise ChildRefused(f"Subworkflows stand at most {DEPTH_MOST} deep.")
    versions = world.definitions.versions
    workflow = WorkflowRepository(versions.table).read(order.tenant, config.workflow_id)
    if workflow.status not in RUNNABLE:
        raise ChildRefused(f"Workflow {workflow.id} is {workflow.status.value}; set its status to active to run it.")
    chosen = config.version or workflow.published_version
    if chosen is None:
        raise ChildRefused(f"Workflow {workflow.id} was never published; publish it first.")
    version = versions.read(order.tenant, workflow.id, chosen)
    check_parameters(config.parameters)
    runs = RunRepository(world.records.table)
    return Run(
        id=runs.next_id(order.tenant),
        workflow_id=workflow.id,
        version=version.version,
        params=config.parameters,
        state_machine_arn=version.state_machine_arn,
        started_by=asking.run.started_by,
        started_at=now(),
        timeout_seconds=version.definition.get("timeout_seconds"),
        limits=_limits(order, world, asking.run, workflow.id, None),
        parent=ParentRun(run_id=order.run, node=order.node, workflows=above),
    )


def _limits(order: StepOrder, world: StepWorld, parent: Run, workflow_id: int, own_usd: float | None) -> list[Limit]:
    """Of its workflow and tenant, as any run's, and of the runs above: their accounts are its own too."""
    budgets = BudgetRepository(world.definitions.versions.table)
    above = limits_above(world.records.table, order.tenant, parent.limits_for_children())
    return [*budgets.read_limits(order.tenant, workflow_id, own_usd), *above]
