"""What comes with a tariff beside the line, as people ask for it: television, a public address, a router. Pure."""

from collections.abc import Sequence

from actions import tariffs
from actions.content import Words
from actions.plain import plain_words
from actions.tariffs import Catalogue, Tariff
from actions.turn import Reply, Turn
from actions.vocabulary import Signs

Extras = Sequence[Signs]


def asked_for(turn: Turn) -> Extras:
    """Those that are named."""
    return [signs for signs in turn.words.listens.extras.values() if signs.within(turn.parts)]


def among(offered: Sequence[Tariff], extras: Extras) -> tuple[Tariff, ...]:
    """The tariffs with all of them."""
    return tuple(tariff for tariff in offered if all(_with(tariff, extra) for extra in extras))


def told(turn: Turn, catalogue: Catalogue, extras: Extras, spoken_of: Tariff | None) -> Reply:
    """Whether the tariff that is spoken of has them, and which ones do; what of them is only sold apart."""
    words, having = turn.words, among(catalogue.tariffs, extras)
    if spoken_of in having:
        return _has(spoken_of, extras, catalogue.tariffs, words)
    apart = [item for item in catalogue.equipment if any(_names(item.name, extra) for extra in extras)]
    if not having and apart:
        listed = "\n".join(words.form("equipment_line", name=it.name, price=it.price_text) for it in apart)
        return Reply("extra_apart", {"equipment": listed})
    if spoken_of is not None:
        values = {"name": spoken_of.name, "tariffs": _listed(having, extras, words)}
        known = {"tariff": having[0].name if len(having) == 1 else spoken_of.name}
        return Reply("tariff_lacks" if having else "tariffs_lack", values, known=known)
    if not having:
        return Reply("tariffs_none_fits", {"tariffs": tariffs.listed(catalogue.tariffs, words)})
    known = {"tariff": having[0].name} if len(having) == 1 else {}
    return Reply("tariffs_including", {"tariffs": _listed(having, extras, words)}, known=known)


def _has(tariff: Tariff, extras: Extras, offered: Sequence[Tariff], words: Words) -> Reply:
    """That it does, with what it is called; and which others do."""
    others = [other for other in among(offered, extras) if other is not tariff]
    also = "all_have_it" if len(others) == len(offered) - 1 else "tariffs_have_too"
    return Reply(
        "tariff_has",
        {"name": tariff.name, "includes": _called(tariff, extras), "tariffs": _listed(others, extras, words)},
        after=(also,) if others else (),
        known={"tariff": tariff.name},
    )


def _listed(having: Sequence[Tariff], extras: Extras, words: Words) -> str:
    """One line for each, with what these things are called there: "TV, 60 channels"."""
    return "\n".join(
        words.form("tariff_with", name=each.name, price=each.price_text, includes=_called(each, extras))
        for each in having
    )


def _called(tariff: Tariff, extras: Extras) -> str:
    return ", ".join(each for each in tariff.includes if any(_names(each, extra) for extra in extras))


def _with(tariff: Tariff, extra: Signs) -> bool:
    return any(_names(include, extra) for include in tariff.includes)


def _names(text: str, extra: Signs) -> bool:
    return extra.within(plain_words(text))
