"""Who is woken, and by what: production tells of every failure that nobody else would see."""

from infra.stage import STAGES, with_context
from tests.infra.conftest import Synthesise
from tests.infra.reading import Properties, Template


def watched(template: Template) -> dict[tuple[str, str], Properties]:
    """Metric and the thing it is measured at → its alarm."""
    return {
        (metric["MetricName"], template.reference(dimension["Value"])): alarm
        for alarm in template.resources("AWS::CloudWatch::Alarm").values()
        for metric in _metrics(alarm)
        for dimension in metric["Dimensions"][:1]
        if isinstance(dimension["Value"], dict)
    }


def _metrics(alarm: Properties) -> list[Properties]:
    """The alarm's own, or those that its sum is made of."""
    return [m["MetricStat"]["Metric"] for m in alarm["Metrics"] if "MetricStat" in m] if "Metrics" in alarm else [alarm]


def test_errors_and_throttles_of_every_function_are_told(prod: Template) -> None:
    functions = prod.resources("AWS::Lambda::Function")

    for metric in ("Errors", "Throttles"):
        assert {thing for name, thing in watched(prod) if name == metric} == set(functions)


def test_an_alarm_on_two_figures_is_on_their_sum(prod: Template) -> None:
    sums = [a["Metrics"] for a in prod.resources("AWS::CloudWatch::Alarm").values() if "Metrics" in a]

    assert {m["Expression"] for those in sums for m in those if "Expression" in m} == {"errors + throttles"}


def test_dead_letters_are_told(prod: Template) -> None:
    queues = {thing for name, thing in watched(prod) if name == "ApproximateNumberOfMessagesVisible"}

    assert queues == {name for name, queue in prod.resources("AWS::SQS::Queue").items() if not _is_worked_off(queue)}


def test_a_queue_that_is_not_worked_off_is_told(prod: Template) -> None:
    waiting = {thing for name, thing in watched(prod) if name == "ApproximateAgeOfOldestMessage"}

    assert waiting == {name for name, queue in prod.resources("AWS::SQS::Queue").items() if _is_worked_off(queue)}


def test_a_stream_that_falls_behind_is_told(prod: Template) -> None:
    delayed = {thing for name, thing in watched(prod) if name == "IteratorAge"}
    sources = prod.resources("AWS::Lambda::EventSourceMapping").values()
    hearing = {prod.reference(m["FunctionName"]) for m in sources if "StartingPosition" in m}

    assert delayed == hearing


def test_answers_of_500_are_told(prod: Template) -> None:
    names = {m["MetricName"] for a in prod.resources("AWS::CloudWatch::Alarm").values() for m in _metrics(a)}

    assert "5XXError" in names


def test_every_alarm_reaches_the_topic_and_the_topic_a_person(synthesise: Synthesise) -> None:
    template = synthesise(with_context(STAGES["prod"], {"alarm_email": "owner@example.com"}))
    topic = template.logical_id("AWS::SNS::Topic")
    (subscription,) = template.resources("AWS::SNS::Subscription").values()

    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "owner@example.com")
    for alarm in template.resources("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert alarm["AlarmDescription"]
        assert alarm["TreatMissingData"] == "notBreaching"


def test_a_stage_without_alarms_has_none(synthesise: Synthesise) -> None:
    for stage in STAGES.values():
        assert bool(synthesise(stage).resources("AWS::CloudWatch::Alarm")) == stage.alarms


def _is_worked_off(queue: Properties) -> bool:
    """It has dead letters of its own; those have none."""
    return "RedrivePolicy" in queue
