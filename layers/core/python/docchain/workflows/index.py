"""Where a workflow stands in the tenant's lists: one small item per word, tag, status and name.

They are written in the transaction of the change that they follow, and a list reads the workflow itself behind each.
"""

from docchain.storage.items import Item
from docchain.storage.table import Action, Table
from docchain.workflows import keys
from docchain.workflows.models import Workflow
from docchain.workflows.words import folded, words_of

_NAME_MOST = 100

Place = tuple[str, str]


def places_of(tenant_id: str, workflow: Workflow) -> dict[Place, Item]:
    """At most 30 words, 10 tags, a status and a name."""
    number = f"{workflow.id:012d}"
    places: dict[Place, Item] = {
        (keys.status_list(tenant_id, workflow.status), number): {},
        (keys.name_list(tenant_id), f"{folded(workflow.name)[:_NAME_MOST]}#{number}"): {},
    }
    for tag in workflow.tags:
        places[keys.tag_list(tenant_id, tag), number] = {}
    for word in words_of(workflow.name, workflow.description):
        places[keys.word_list(tenant_id, word), f"{word}#{number}"] = {"word": word}
    return {
        place: {"pk": place[0], "sk": place[1], "entity": "workflow_index", "workflow_id": workflow.id, **more}
        for place, more in places.items()
    }


def moving(table: Table, tenant_id: str, before: Workflow | None, after: Workflow | None) -> list[Action]:
    """What a change of a workflow changes here; at most 84 members of its transaction."""
    old = places_of(tenant_id, before) if before else {}
    new = places_of(tenant_id, after) if after else {}
    return [
        *(table.putting(item) for place, item in new.items() if place not in old),
        *(table.deleting(*place) for place in old if place not in new),
    ]
