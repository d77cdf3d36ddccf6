"""What can be wrong with an AI workflow.

NotFound
├── AiWorkflowNotFound
├── AiTemplateNotFound
├── ProposalNotFound
└── ChoiceNotFound          nothing was ever applied for this task, or nothing holds
Conflict
├── AiWorkflowBusy          it is at work: wait or cancel
├── AiWorkflowIdle          there is nothing to cancel
├── AiWorkflowChanged       somebody else was faster
├── AiTemplateExists        its name is taken
├── AiTemplatesFull
├── ProposalOutdated        the choice that it was made against is no longer the one that holds
└── NothingToRate           it has not run yet, or that step has not
ValidationFailed
└── StepsInvalid
"""

from typing import Any

from docchain.errors import Conflict, NotFound, ValidationFailed


class AiWorkflowNotFound(NotFound):
    code = "AI_WORKFLOW_NOT_FOUND"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f"There is no AI workflow {workflow_id!r}.", details={"workflow_id": workflow_id})


class AiTemplateNotFound(NotFound):
    code = "AI_TEMPLATE_NOT_FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no template {name!r}; GET /api/v3/ai-workflows/templates lists them.")


class ProposalNotFound(NotFound):
    code = "PROPOSAL_NOT_FOUND"

    def __init__(self, proposal_id: str) -> None:
        super().__init__(
            f"Nothing is proposed under {proposal_id!r}: the evidence no longer speaks for it, or never did."
        )


class ChoiceNotFound(NotFound):
    code = "CHOICE_NOT_FOUND"

    def __init__(self, task: str) -> None:
        super().__init__(f"No choice was applied for {task}.")


class AiWorkflowBusy(Conflict):
    code = "AI_WORKFLOW_BUSY"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f"{workflow_id} is at work; wait for its end or cancel it.")


class AiWorkflowIdle(Conflict):
    code = "AI_WORKFLOW_NOT_CANCELLABLE"

    def __init__(self, workflow_id: str, status: str) -> None:
        super().__init__(f"{workflow_id} is {status}: there is nothing to cancel.", details={"status": status})


class AiWorkflowChanged(Conflict):
    code = "AI_WORKFLOW_CHANGED"

    def __init__(self, workflow_id: str) -> None:
        super().__init__(f"Somebody else changed {workflow_id} meanwhile; read it again and retry.")


class AiTemplateExists(Conflict):
    code = "AI_TEMPLATE_EXISTS"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a template {name!r} already; PUT makes a new version of one of your own.")


class AiTemplatesFull(Conflict):
    code = "AI_TEMPLATES_FULL"

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} templates of your own, which is the most; delete one first.")


class ProposalOutdated(Conflict):
    code = "PROPOSAL_OUTDATED"

    def __init__(self) -> None:
        super().__init__("Another choice was applied meanwhile; read the proposals again.")


class NothingToRate(Conflict):
    code = "NOTHING_TO_RATE"


class StepsInvalid(ValidationFailed):
    code = "AI_STEPS_INVALID"

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        super().__init__(f"{problems[0]['field']}: {problems[0]['message']}", details=problems)
