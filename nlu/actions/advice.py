"""Help with choosing a tariff: two side by side, or the one for a household."""

from collections.abc import Sequence

from actions import quantities, tariffs
from actions.content import Need, Words
from actions.hub import Hub
from actions.offers import one_tariff, tariff_buttons, within_limits
from actions.tariffs import Tariff
from actions.turn import Reply, Turn, asking


async def compare_tariffs(turn: Turn, hub: Hub) -> Reply:
    """Two tariffs side by side: those that are named, or one of them and the one that was spoken of."""
    offered = (await hub.catalogue(turn.language)).tariffs
    if not offered:
        return Reply("no_tariffs")
    named, _ = tariffs.mentioned(turn.typed, offered, turn.words.listens.tariff_numbers)
    spoken_of = (turn.entities.get("tariff"), turn.given.get("tariff"), turn.memory.known.get("tariff"))
    chosen = dict.fromkeys((*named, *(tariffs.called(offered, name) for name in spoken_of)))
    first_two = [tariff for tariff in chosen if tariff is not None][:2]
    explicit = bool(named) or "tariff" in turn.entities or "tariff" in turn.given
    if len(first_two) < 2 or not explicit:
        first = first_two[:1] if explicit else []
        others = [tariff for tariff in offered if tariff not in first]
        filled = {"tariff": first[0].code} if first else {}
        return asking(turn, "compare_which", "tariff", buttons=tariff_buttons(turn, others), filled=filled)
    return _compared(turn, *sorted(first_two, key=lambda tariff: (tariff.price_amount, len(tariff.includes))))


def _compared(turn: Turn, cheaper: Tariff, dearer: Tariff) -> Reply:
    words, more = turn.words, dearer.price_amount - cheaper.price_amount
    values = {
        "cheaper": tariffs.listed([cheaper], words),
        "dearer": tariffs.listed([dearer], words),
        "more": tariffs.money(more, words),
        "more_includes": _more_includes(
            cheaper, dearer, "more_includes" if more else "second_includes", words
        ),
    }
    return Reply("tariffs_compared" if more else "tariffs_same_price", values, known={"tariff": dearer.name})


def _more_includes(cheaper: Tariff, dearer: Tariff, form: str, words: Words) -> str:
    more = [include for include in dearer.includes if include not in cheaper.includes]
    return words.form(form, includes=tariffs.included(more, words)) if more else ""


async def recommend_tariff(turn: Turn, hub: Hub) -> Reply:
    """The cheapest tariff that does for so many people and such a use; asks for what of it was not said."""
    offered = (await hub.catalogue(turn.language)).tariffs
    if not offered:
        return Reply("no_tariffs")
    if within := within_limits(turn, offered):
        return within
    vocabulary = turn.words.listens
    said = turn.told("people")
    people = int(said) if said and said.isdecimal() else None
    people = people or quantities.people(turn.without("amount"), vocabulary, asked=turn.answers("people"))
    use = turn.told("use") or quantities.use(turn.typed, vocabulary)
    filled = {name: value for name, value in (("people", str(people or "")), ("use", use or "")) if value}
    if people is None:
        return asking(turn, "recommend_people", "people", filled=filled)
    if use is None or use not in turn.content.needs:
        return asking(turn, "recommend_use", "use", filled=filled)
    return one_tariff(turn, "recommended", recommended(offered, turn.content.needs[use], people))


def recommended(offered: Sequence[Tariff], need: Need, people: int) -> Tariff:
    """The cheapest that is fast enough, or the fastest there is."""
    speed = need.first + need.more * max(0, people - 1)
    enough = [tariff for tariff in offered if tariff.download_mbps >= speed]
    return tariffs.cheapest(enough) if enough else tariffs.fastest(offered)
