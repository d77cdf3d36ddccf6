"""Outcomes and ratings are counted once, and speak for a choice that somebody applies."""

import pytest

from docchain.ai_workflows.models import AiTask, AskedOf
from docchain.ai_workflows.outcomes import Outcome, adding, read_outcomes
from docchain.ai_workflows.proposing import proposals_of, reasons_for, wilson
from docchain.analytics.recording import record
from docchain.costs.money import to_pico
from docchain.events.models import Event
from tests.support.engine import Stage
from tests.unit.functions.api.ai_workflows.conftest import WHO, Client

TEXT = {"workflow_type": "summarization", "template_name": None, "input_data": {"text": "Bees."}}


def outcomes(client: Client) -> dict[tuple[str, str, str | None], Outcome]:
    found = read_outcomes(Stage(client.tenant).workflows.table, client.tenant)
    return {(o.task.value, o.asked.provider, o.asked.model): o for o in found}


def test_outcomes_are_counted_once_by_who_was_asked(client: Client) -> None:
    run = client.ended(client.made(**TEXT))
    client.heard(run.run)
    client.heard(run.run)
    found = outcomes(client)["generate_summary", "openai", None]
    assert (found.completed, found.failed, found.tokens) == (1, 0, 15)
    assert (found.milliseconds > 0, found.cost > 0) == (True, True)


def test_a_failure_counts_against_the_model_only_when_it_was_the_models(client: Client) -> None:
    run = client.ended(client.made(**TEXT), broken={"summarize"})
    client.heard(run.run)
    assert outcomes(client)["generate_summary", "openai", None].failed == 1
    empty = client.made(
        workflow_type="summarization",
        template_name=None,
        input_data={"text": "x"},
        steps=[{"ai_task": "generate_content", "parameters": {"instruction": "{{ params.nothing }}"}}],
    )
    client.heard(client.ended(empty).run)
    assert ("generate_content", "openai", None) not in outcomes(client)


def test_an_answer_in_anothers_place_counts_for_who_gave_it(client: Client) -> None:
    usage = {"provider": "local", "model": "small", "fallback_from": "openai", "input_tokens": 1}
    identifier = client.made(**TEXT)
    run = client.ended(identifier, usage=usage)
    client.heard(run.run)
    found = outcomes(client)
    asked, gave = (found["generate_summary", name, None] for name in ("openai", "local"))
    assert (asked.fallbacks, asked.completed, gave.completed) == (1, 0, 1)
    client("POST", f"/{identifier}/rating", {"rating": 5})
    found = outcomes(client)
    assert [found["generate_summary", name, None].rated for name in ("openai", "local")] == [0, 1]


def test_a_rating_counts_once_and_may_change(client: Client) -> None:
    identifier = client.made(**TEXT)
    assert client("POST", f"/{identifier}/rating", {"rating": 4})[1]["error"]["code"] == "NOTHING_TO_RATE"
    client.ended(identifier)
    for stars in (2, 5):
        status, view = client("POST", f"/{identifier}/rating", {"rating": stars, "comment": "so"})
        assert (status, view["rating"], view["comment"], view["run_id"]) == (200, stars, "so", 1)
    found = outcomes(client)["generate_summary", "openai", None]
    assert (found.rated, found.stars, found.good, found.mean_rating) == (1, 5, 1, 5.0)
    for wrong in ({"rating": 0}, {"rating": 6}, {}, {"rating": 3, "more": 1}):
        assert client("POST", f"/{identifier}/rating", wrong)[0] == 422
    answer = client("POST", f"/{identifier}/rating", {"rating": 3, "step_id": "nothing"})
    assert (answer[0], answer[1]["error"]["code"]) == (409, "NOTHING_TO_RATE")


def test_the_same_key_rates_once(client: Client) -> None:
    identifier = client.made(**TEXT)
    client.ended(identifier)
    one, two = (client("POST", f"/{identifier}/rating", {"rating": 3}, idempotency_key="k")[1] for _ in range(2))
    assert one == two


def test_figures_of_models_have_latency_tokens_cost_quality_and_fallbacks(client: Client) -> None:
    identifier = client.made(**TEXT)
    run = client.ended(identifier)
    table = Stage(client.tenant).runs.table
    items = table.query_all(f"{client.tenant}#run#{run.run.id}", prefix="event#", most=1000)
    facts = [Event.model_validate(item["event"]) for item in items]
    told = {**facts[0].model_dump(), "id": "other", "type": "node.completed"}
    told["data"] = {**WHO, "workflow_id": 7, "run_id": 9, "node": "x", "fallback_from": "google", "milliseconds": 400}
    record(table, client.tenant, [*facts, Event.model_validate(told)])
    client("POST", f"/{identifier}/rating", {"rating": 3})
    (found,) = client("GET", "/performance")[1]["models"]
    assert (found["provider"], found["model"], found["answered"]) == ("openai", "gpt-x", 2)
    assert (found["input_tokens"], found["output_tokens"], found["fallbacks"]) == (20, 10, 1)
    assert (found["fallback_rate"], found["quality"], found["ratings"]) == (0.5, 3.0, 1)
    assert found["p95_ms"] is not None
    assert client("GET", "/performance?days=91")[0] == 422


def an_outcome(provider: str = "openai", **counts: int) -> Outcome:
    return Outcome(AiTask.GENERATE_SUMMARY, AskedOf(provider=provider), **counts)


def counted(client: Client, *found: Outcome) -> None:
    table = Stage(client.tenant).workflows.table
    names = ("completed", "failed", "milliseconds", "cost", "rated", "good", "stars")
    table.transact([adding(table, client.tenant, o.task, o.asked, {n: getattr(o, n) for n in names}) for o in found])


WEAK = an_outcome("openai", completed=60, failed=40, milliseconds=60_000, cost=to_pico(0.6))
STRONG = an_outcome("anthropic", completed=95, failed=5, milliseconds=95_000, cost=to_pico(0.95))


def test_a_proposal_is_applied_by_who_may_and_holds_from_then_on(client: Client) -> None:
    counted(client, WEAK, STRONG)
    (found,) = client("GET", "/proposals")[1]
    assert (found["task"], found["reasons"], found["base_version"]) == ("generate_summary", ["more_reliable"], 0)
    assert (found["proposed"]["provider"], found["current"]["success_rate"]) == ("anthropic", 0.6)
    assert client("GET", "/choices")[1] == {}
    unnamed = {"name": "W", **TEXT}
    before = client("POST", "", unnamed)[1]["workflow_id"]
    one, two = (client("POST", f"/proposals/{found['id']}/apply", idempotency_key="k") for _ in range(2))
    assert one == two
    status, choice = one
    assert (status, choice["version"], choice["provider"]) == (200, 1, "anthropic")
    assert choice["evidence"]["proposed"]["completed"] == 95
    after = client("POST", "", unnamed)[1]["workflow_id"]
    assert client("GET", f"/{after}")[1]["choices"] == {"generate_summary": 1}
    assert client("GET", f"/{before}")[1]["choices"] == {}
    assert client.ended(after).seen["summarize"].provider == "anthropic"
    assert client.ended(before).seen["summarize"].provider == "openai"
    assert client("POST", f"/proposals/{found['id']}/apply")[0] == 404
    assert client("GET", "/proposals")[1] == []


def test_a_choice_can_be_dropped_and_its_versions_stay(client: Client) -> None:
    counted(client, WEAK, STRONG)
    (found,) = client("GET", "/proposals")[1]
    client("POST", f"/proposals/{found['id']}/apply")
    assert client("DELETE", "/choices/generate_summary")[1]["message"] == "Choice dropped."
    assert client("DELETE", "/choices/generate_summary")[0] == 404
    assert client("GET", "/choices/analyze_text/versions")[0] == 404
    versions = client("GET", "/choices/generate_summary/versions")[1]
    assert [(v["version"], v["provider"]) for v in versions] == [(2, None), (1, "anthropic")]
    unnamed = {"name": "W", **TEXT}
    assert client("GET", f"/{client('POST', '', unnamed)[1]['workflow_id']}")[1]["choices"] == {}


def test_another_tenants_evidence_proposes_nothing(client: Client, stranger: Client) -> None:
    counted(client, WEAK, STRONG)
    (found,) = client("GET", "/proposals")[1]
    assert stranger("GET", "/proposals")[1] == []
    assert stranger("POST", f"/proposals/{found['id']}/apply")[0] == 404


@pytest.mark.parametrize(
    ("candidate", "current", "reasons"),
    [
        # Four of five against three of five says nothing.
        ({"completed": 24, "failed": 6}, {"completed": 18, "failed": 12}, ()),
        ({"completed": 95, "failed": 5}, {"completed": 60, "failed": 40}, ("more_reliable",)),
        # Better liked, and answers as often.
        ({"completed": 50, "rated": 40, "good": 36}, {"completed": 50, "rated": 40, "good": 10}, ("rated_better",)),
        # Better liked, but fails far more often.
        ({"completed": 20, "failed": 30, "rated": 20, "good": 20}, {"completed": 50, "rated": 20, "good": 5}, ()),
        # Half the price is no reason while nobody has said what its answers are worth.
        ({"completed": 50, "cost": 10}, {"completed": 50, "cost": 100}, ()),
        (
            {"completed": 50, "cost": 10, "rated": 20, "good": 18, "milliseconds": 10},
            {"completed": 50, "cost": 100, "rated": 20, "good": 18, "milliseconds": 100},
            ("cheaper", "faster"),
        ),
    ],
)
def test_reasons_are_differences_that_chance_does_not_make(
    candidate: dict[str, int], current: dict[str, int], reasons: tuple[str, ...]
) -> None:
    assert reasons_for(an_outcome("b", **candidate), an_outcome("a", **current)) == reasons


def test_too_little_was_tried_to_propose_anything() -> None:
    bad = an_outcome("a", completed=10, failed=90)
    assert proposals_of([bad, an_outcome("b", completed=19)], {}) == []
    assert [p.proposed.asked.provider for p in proposals_of([bad, an_outcome("b", completed=20)], {})] == ["b"]
    assert proposals_of([an_outcome("a", failed=19), an_outcome("b", completed=19)], {}) == []


def test_the_interval_is_wilsons() -> None:
    """Figures of Newcombe, Statistics in Medicine 17 (1998), table I: 81/263 and 15/148."""
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = wilson(15, 148)
    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)
    assert wilson(0, 0) == (0.0, 1.0)
