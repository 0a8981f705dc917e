"""Judges a round. Pure: the same evidence, the same verdict.

Words as Jepsen uses them: *attempted* (somebody wrote it), *acknowledged* (the hub said that it is durable), *lost* (it
is not there for all that), *recovered* (there, though never acknowledged), *duplicated*, *reordered*, *unexpected* (it
is there, and nobody wrote it).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.clients.log import Acknowledged, Attempted, Refused
from tests.faults.evidence import Evidence, Stored, Witness
from tests.faults.outgoing import judge_outgoing
from tests.faults.rasa import answer_to

PEOPLE = ("contact", "operator")


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise, with what shows it."""

    kind: str  # lost, duplicated, reordered, unexpected, stuck…
    what: str
    evidence: tuple[str, ...] = ()


@dataclass(slots=True)
class Verdict:
    """``counts`` by the words above; no violation means that the promise was kept."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)

    def against(self, kind: str, what: str, *evidence: object) -> None:
        self.counts[kind] += 1
        self.violations.append(Violation(kind, what, tuple(str(each) for each in evidence)))


@dataclass(frozen=True, slots=True)
class _Story:
    """All that is known of one client_id, over all lives of its author."""

    attempt: Attempted
    witness: Witness
    acknowledged: list[Acknowledged]
    refused: list[Refused]
    stored: list[Stored]

    @property
    def lines(self) -> list[object]:
        return [self.attempt, *self.acknowledged, *self.refused, *self.stored]


def judge(evidence: Evidence) -> Verdict:
    """Look at everything; never stops at the first violation."""
    verdict = Verdict()
    for conversation_id, timeline in evidence.timelines.items():
        _numbers(conversation_id, timeline, verdict)
        _bot_answers(conversation_id, timeline, verdict)
    stories = _stories(evidence)
    for story in stories.values():
        _one(story, verdict)
    _senders(evidence, stories, verdict)
    for witness in evidence.witnesses:
        _screens(witness, evidence, verdict)
    _snapshots(evidence, verdict)
    _incoming(evidence, verdict)
    judge_outgoing(evidence, verdict)
    return verdict


def _numbers(conversation_id: str, timeline: Sequence[Stored], verdict: Verdict) -> None:
    """Gapless, in both countings."""
    public = 0
    for place, entry in enumerate(timeline, start=1):
        if entry.seq != place:
            verdict.against("numbering", f"{conversation_id}: entry {place} has seq {entry.seq}", entry)
            return
        public += entry.public
        if entry.public_seq != public:
            verdict.against("numbering", f"{conversation_id}: {place} should be public {public}", entry)
            return


def _bot_answers(conversation_id: str, timeline: Sequence[Stored], verdict: Verdict) -> None:
    """The bot answers what was asked, and once."""
    asked = Counter(entry.text for entry in timeline if entry.author_kind == "contact")
    said = Counter(entry.text for entry in timeline if entry.author_kind == "bot" and entry.kind == "message")
    answers = {answer_to(text) for text in asked}
    for text, times in said.items():
        if text not in answers:
            verdict.against("unexpected", f"{conversation_id}: nobody asked what the bot answered", text)
        elif times > 1:
            verdict.against("duplicated", f"{conversation_id}: the bot answered {times} times", text)
    settled = Counter(entry.settles for entry in timeline if entry.settles is not None)
    for seq, times in settled.items():
        if times > 1:
            verdict.against("duplicated", f"{conversation_id}: {seq} was settled {times} times")


def _stories(evidence: Evidence) -> dict[str, _Story]:
    stored: defaultdict[str, list[Stored]] = defaultdict(list)
    for timeline in evidence.timelines.values():
        for entry in timeline:
            stored[entry.client_id].append(entry)
    stories: dict[str, _Story] = {}
    for witness in evidence.witnesses:
        for attempt in witness.log.attempted:
            found = stored.get(attempt.client_id, [])
            stories[attempt.client_id] = _Story(attempt, witness, [], [], found)
    for witness in evidence.witnesses:  # a later life may have got the answer
        for acknowledged in witness.log.acknowledged:
            stories[acknowledged.client_id].acknowledged.append(acknowledged)
        for refused in witness.log.refused:
            stories[refused.client_id].refused.append(refused)
    return stories


def _one(story: _Story, verdict: Verdict) -> None:
    attempt, stored = story.attempt, story.stored
    name = f"{attempt.event} {attempt.text!r} of {story.witness.log.who} ({attempt.client_id})"
    verdict.counts["attempted"] += 1
    verdict.counts["acknowledged"] += bool(story.acknowledged)
    verdict.counts["refused"] += bool(story.refused and not story.acknowledged)
    if len(stored) > 1:
        verdict.against("duplicated", name, *story.lines)
        return
    if story.acknowledged and not stored:
        verdict.against("lost", name, *story.lines)
        return
    if not stored:
        if not story.refused:
            verdict.against("stuck", f"{name}: neither acknowledged nor refused, and not there", *story.lines)
        return
    entry = stored[0]
    if any(not refused.in_doubt for refused in story.refused):
        verdict.against("unexpected", f"{name}: refused, and yet it is there", *story.lines)
    if not story.acknowledged:
        verdict.counts["recovered"] += 1
    if attempt.conversation_id and entry.conversation_id != attempt.conversation_id:
        verdict.against("unexpected", f"{name}: in another conversation", *story.lines)
    if entry.text != attempt.text or entry.author_id != story.witness.author_id:
        verdict.against("unexpected", f"{name}: it is not what was written", *story.lines)
    places = {each.seq for each in story.acknowledged} - {0}
    if places - {entry.public_seq if story.witness.public else entry.seq}:
        verdict.against("reordered", f"{name}: acknowledged at {places}", *story.lines)


def _senders(evidence: Evidence, stories: dict[str, _Story], verdict: Verdict) -> None:
    """What people wrote stands in the order of writing, and nothing stands there that nobody wrote."""
    order = {client_id: place for place, client_id in enumerate(stories)}
    for conversation_id, timeline in evidence.timelines.items():
        newest: dict[str, tuple[int, Stored]] = {}
        for entry in timeline:
            if entry.author_kind not in PEOPLE or entry.client_id.startswith("telegram:"):
                continue
            place = order.get(entry.client_id)
            if place is None:
                verdict.against("unexpected", f"{conversation_id}: nobody wrote {entry.seq}", entry)
                continue
            before = newest.get(entry.author_id)
            # Taking from the queue is asked beside the outbox, in no order with it.
            if stories[entry.client_id].attempt.event == "queue.take_next":
                continue
            if before is not None and before[0] > place:
                verdict.against("reordered", f"{conversation_id}: {entry.author_id}", before[1], entry)
            newest[entry.author_id] = (place, entry)


def _screens(witness: Witness, evidence: Evidence, verdict: Verdict) -> None:
    """Each screen shows its timeline from the first entry on, each once, in order, as it is stored."""
    log = witness.log
    for anomaly in log.anomalies:
        verdict.against("unexpected", anomaly)
    last: dict[str, int] = {}
    opened = iter(log.opened)
    following = next(opened, None)
    views: dict[str, list[Stored]] = {}
    for index, shown in enumerate(log.shown):
        while following is not None and following.shown_before <= index:
            last[following.conversation_id] = 0
            following = next(opened, None)
        view = views.get(shown.conversation_id)
        if view is None:
            view = views[shown.conversation_id] = _view(witness, evidence, shown.conversation_id)
        before = last.get(shown.conversation_id, 0)
        if shown.seq <= before:
            verdict.against("duplicated", f"on the screen of {log.who}", shown)
            continue
        if shown.seq != before + 1:
            verdict.against("reordered", f"a gap on the screen of {log.who} after {before}", shown)
        last[shown.conversation_id] = shown.seq
        verdict.counts["shown"] += 1
        entry = view[shown.seq - 1] if shown.seq <= len(view) else None
        if entry is None or (entry.kind, entry.text, entry.author_kind) != (
            shown.kind,
            shown.text,
            shown.author,
        ):
            verdict.against("unexpected", f"{log.who} was shown something else than is stored", shown, entry)
        if witness.public and shown.kind in ("note", "delivered", "snoozed", "snooze_ended"):
            verdict.against("leaked", f"{log.who} was shown what is not theirs", shown)
    if not witness.live:
        return
    for conversation_id in log.open_now:
        view = views.get(conversation_id) or _view(witness, evidence, conversation_id)
        if last.get(conversation_id, 0) < len(view):
            missing = view[last.get(conversation_id, 0)]
            verdict.against("lost", f"from the screen of {log.who}, {conversation_id}", missing)


def _view(witness: Witness, evidence: Evidence, conversation_id: str) -> list[Stored]:
    timeline = evidence.timelines.get(conversation_id, ())
    return [entry for entry in timeline if entry.public or not witness.public]


def _snapshots(evidence: Evidence, verdict: Verdict) -> None:
    """Lists show the newest state in the end."""
    for conversation_id, timeline in evidence.timelines.items():
        if timeline and evidence.snapshots.get(conversation_id) != timeline[-1].seq:
            there = evidence.snapshots.get(conversation_id)
            verdict.against("stale", f"{conversation_id}: its snapshot is at {there}", timeline[-1])


def _incoming(evidence: Evidence, verdict: Verdict) -> None:
    """Each text that Telegram holds for us is in the store once, in its chat's order, before it is confirmed."""
    telegram = evidence.telegram
    stored: defaultdict[str, list[Stored]] = defaultdict(list)
    for entry in _contacts(evidence):
        stored[entry.client_id].append(entry)
    newest: dict[int, int] = {}
    for said in telegram.said:
        verdict.counts["telegram said"] += 1
        found = stored.pop(f"telegram:{said.update_id}", [])
        confirmed = said.update_id in telegram.confirmed
        verdict.counts["telegram confirmed"] += confirmed
        verdict.counts["telegram stored"] += bool(found)
        if len(found) > 1:
            verdict.against("duplicated", f"Telegram's update {said.update_id}", said, *found)
        elif not found:
            kind = "lost" if confirmed else "stuck"
            verdict.against(kind, f"Telegram's update {said.update_id} is not in the store", said)
        else:
            [entry] = found
            if entry.text != said.text or entry.conversation_id != telegram.chats.get(said.chat_id):
                verdict.against("unexpected", f"Telegram's update {said.update_id} is another", said, entry)
            if entry.seq < newest.get(said.chat_id, 0):
                verdict.against("reordered", f"Telegram's update {said.update_id}", said, entry)
            newest[said.chat_id] = entry.seq
            if not confirmed:
                verdict.against(
                    "stuck", f"Telegram's update {said.update_id} is never confirmed", said, entry
                )
    for client_id, found in stored.items():
        verdict.against("unexpected", f"nobody sent {client_id}", *found)
    for letter in telegram.dead_letters:
        verdict.against("refused update", "Telegram's update became a dead letter", letter)


def _contacts(evidence: Evidence) -> Iterable[Stored]:
    for timeline in evidence.timelines.values():
        for entry in timeline:
            if entry.author_kind == "contact" and entry.client_id.startswith("telegram:"):
                yield entry
