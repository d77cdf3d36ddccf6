"""The way from rooms to sockets: in order by groups, and nobody may say more than their part."""

from docchain.realtime.bus_rooms import TOLD_IN
from tests.infra.reading import Properties, Template, package_of


def _fanout_queue(template: Template) -> tuple[str, Properties]:
    (found,) = [
        (name, queue)
        for name, queue in template.resources("AWS::SQS::Queue").items()
        if queue.get("FifoQueue") and name.startswith("fanoutqueue")
    ]
    return found


def test_the_fanouts_queue_keeps_order_within_groups_and_counts_by_group(template: Template) -> None:
    _, queue = _fanout_queue(template)

    assert (queue["DeduplicationScope"], queue["FifoThroughputLimit"]) == ("messageGroup", "perMessageGroupId")
    poison = template.resources("AWS::SQS::Queue")[queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]]
    assert poison["FifoQueue"]
    assert queue["VisibilityTimeout"] >= 6 * template.functions()["queues/socket_fanout"]["Timeout"]


def test_one_function_fills_it_and_one_works_it_off(template: Template) -> None:
    name, _ = _fanout_queue(template)
    sending = {p for p in template.functions() if f"<{name}.Arn>" in template.allowed(p).get("sqs:SendMessage", set())}
    functions = template.resources("AWS::Lambda::Function")
    mappings = template.resources("AWS::Lambda::EventSourceMapping").values()
    working = {package_of(functions[m["FunctionName"]["Ref"]]) for m in mappings if name in str(m["EventSourceArn"])}

    assert sending == {"listeners/room_messages"}
    assert working == {"queues/socket_fanout"}


def test_rooms_hear_of_exactly_the_events_of_their_table(template: Template) -> None:
    rules = [r["EventPattern"] for r in template.resources("AWS::Events::Rule").values()]

    assert sorted(TOLD_IN) in [pattern.get("detail-type") for pattern in rules]
