"""What a waiting node finds on its way there."""

from tests.support.waits import WaitingStage


def test_a_failure_handled_before_a_waiting_node_stays_one_and_its_error_can_be_asked_about(
    stage: WaitingStage,
) -> None:
    config = {"message": "{{ errors.x.message }} Go on?", "approvers": ["Ada"]}
    run = stage.started(
        [
            {"name": "X", "node_type": "document_template", "config": {"template": "x"}, "on_error": "continue"},
            {"name": "Ask", "node_type": "approval", "config": config},
        ]
    )
    died = {"node": "x", "error": "States.Timeout", "cause": "", "outcome": "error"}

    stage.wait(run, "ask", "approval", passed=[died])

    failed, asked = stage.record(run, "x"), stage.api("GET", f"/approvals/{run.id}-ask")[1]
    assert (failed.status, failed.error["code"]) == ("failed", "STEP_LOST")
    assert asked["message"] == f"{failed.error['message']} Go on?"
