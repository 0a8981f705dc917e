"""Nothing that was written is forgotten, sent under another name, or overtaken."""

from tests.clients import outbox as box
from tests.clients.outbox import Item


def of(*names: str, conversation_id: str = "c1") -> box.Outbox:
    return tuple(Item(name, conversation_id, "message.send", {"text": name}) for name in names)


def test_one_of_a_conversation_goes_at_a_time_in_the_order_of_writing() -> None:
    outbox = (*of("a", "b"), *of("x", conversation_id="c2"))
    assert [item.client_id for item in box.sendable(outbox, (), 0.0)] == ["a", "x"]
    assert [item.client_id for item in box.sendable(outbox, {"c1"}, 0.0)] == ["x"]
    outbox = box.accepted(outbox, {"a"})
    assert [item.client_id for item in box.sendable(outbox, (), 0.0)] == ["b", "x"]


def test_without_an_answer_the_same_item_is_offered_later_and_nothing_overtakes_it() -> None:
    outbox = box.put_off(of("a", "b"), "a", 10.0, None, 0.0)
    assert box.sendable(outbox, (), 10.5) == []
    assert box.next_moment(outbox, 10.5) == 11.0
    [again] = box.sendable(outbox, (), 11.0)
    assert (again.client_id, again.data, again.attempts) == ("a", {"text": "a"}, 1)
    assert box.next_moment(box.put_off(outbox, "a", 11.0, None, 1.0), 11.0) == 13.5
    assert box.next_moment(box.put_off(outbox, "a", 11.0, 0.4, 0.0), 11.0) == 11.4


def test_a_new_connection_need_not_wait() -> None:
    outbox = box.hurried(box.put_off(of("a"), "a", 10.0, 30.0, 0.0))
    assert [item.client_id for item in box.sendable(outbox, (), 10.0)] == ["a"]


def test_a_refusal_for_good_lets_the_next_go_and_can_be_tried_again() -> None:
    outbox = box.refused(of("a", "b"), "a", "invalid_state")
    assert [item.client_id for item in box.sendable(outbox, (), 0.0)] == ["b"]
    assert [item.client_id for item in box.waiting(outbox)] == ["b"]
    outbox = box.retried(outbox, "a")
    assert [item.client_id for item in outbox] == ["b", "a"]
    assert outbox[1].failed is None


def test_a_reload_keeps_everything_with_its_client_id() -> None:
    outbox = box.refused(box.put_off(of("a", "b", "c"), "a", 10.0, 30.0, 0.0), "b", "conflict")
    kept = box.restored(box.saved(outbox))
    assert [(item.client_id, item.data, item.failed) for item in kept] == [
        ("a", {"text": "a"}, None),
        ("b", {"text": "b"}, "conflict"),
        ("c", {"text": "c"}, None),
    ]
    assert [item.client_id for item in box.sendable(kept, (), 0.0)] == ["a"]


def test_the_same_client_id_is_one_item() -> None:
    outbox = of("a")
    assert box.written(outbox, outbox[0]) == outbox
