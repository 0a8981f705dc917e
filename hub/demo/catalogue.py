"""What the demo business sells."""

from datetime import date

from hub.orders.terms import TERMS
from hub.orders.wording import money_text
from storage.model.orders import Equipment, Money, Promotion, Tariff


def _crowns(whole: int) -> Money:
    return Money(whole * 100, "CZK")


TARIFFS = (
    Tariff(
        code="optik-100",
        name="Optik 100",
        description={
            "cs": "Na e-maily, zprávy a filmy pro jednoho až dva.",
            "en": "For e-mail, news and films for one or two.",
        },
        download_mbps=100,
        upload_mbps=50,
        price=_crowns(349),
        includes={
            "cs": ("Neomezená data", "Podpora každý den 8–20 h"),
            "en": ("Unlimited data", "Support every day 8:00–20:00"),
        },
        position=1,
    ),
    Tariff(
        code="optik-300",
        name="Optik 300",
        description={
            "cs": "Pro rodinu: filmy ve 4K, hry a práce z domova najednou.",
            "en": "For a family: 4K films, games and work from home at the same time.",
        },
        download_mbps=300,
        upload_mbps=150,
        price=_crowns(429),
        includes={
            "cs": ("Neomezená data", "Podpora každý den 8–20 h", "Bezpečný internet pro děti"),
            "en": ("Unlimited data", "Support every day 8:00–20:00", "Safe internet for children"),
        },
        position=2,
    ),
    Tariff(
        code="optik-500",
        name="Optik 500",
        description={
            "cs": "Pro domácnost, kde je pořád někdo online. Náš nejoblíbenější.",
            "en": "For a home where somebody is always online. Our most popular.",
        },
        download_mbps=500,
        upload_mbps=250,
        price=_crowns(499),
        includes={
            "cs": (
                "Neomezená data",
                "Podpora každý den 8–20 h",
                "Bezpečný internet pro děti",
                "Televize, 60 stanic",
            ),
            "en": (
                "Unlimited data",
                "Support every day 8:00–20:00",
                "Safe internet for children",
                "TV, 60 channels",
            ),
        },
        position=3,
    ),
    Tariff(
        code="optik-1000",
        name="Optik 1000",
        description={
            "cs": "Gigabit pro náročné: velké soubory za chvilku, nic nečeká.",
            "en": "A gigabit for the demanding: large files in moments, nothing waits.",
        },
        download_mbps=1000,
        upload_mbps=500,
        price=_crowns(699),
        includes={
            "cs": (
                "Neomezená data",
                "Přednostní podpora každý den 8–20 h",
                "Bezpečný internet pro děti",
                "Televize, 120 stanic",
                "Veřejná IP adresa",
            ),
            "en": (
                "Unlimited data",
                "Priority support every day 8:00–20:00",
                "Safe internet for children",
                "TV, 120 channels",
                "Public IP address",
            ),
        },
        position=4,
    ),
)

EQUIPMENT = (
    Equipment("router-wifi6", {"cs": "Wi-Fi 6 router", "en": "Wi-Fi 6 router"}, _crowns(999)),
    Equipment("mesh-unit", {"cs": "Zesilovač Wi-Fi (mesh)", "en": "Wi-Fi mesh unit"}, _crowns(799)),
    Equipment("set-top-box", {"cs": "Set-top box", "en": "Set-top box"}, _crowns(1290)),
    Equipment("cable-20m", {"cs": "Síťový kabel 20 m", "en": "Network cable, 20 m"}, _crowns(190)),
)


def demo_promotions(today: date) -> tuple[Promotion, ...]:
    """One until the end of the year, one that stays. Neither changes a price: an order or an invoice takes it off."""
    installation, off = (
        {language: money_text(money, language) for language in ("cs", "en")}
        for money in (TERMS.installation, _crowns(50))
    )
    return (
        Promotion(
            code="free-installation",
            words={
                "cs": f"Zřízení zdarma k tarifu Optik 500: {installation['cs']} za ně vám kolega v objednávce odečte.",
                "en": f"Free set-up with Optik 500: a colleague takes the {installation['en']} for it off your order.",
            },
            tariffs=("optik-500",),
            until_day=date(today.year, 12, 31),
        ),
        Promotion(
            code="student",
            words={
                "cs": f"Sleva pro studenty: první rok odečteme {off['cs']} z každé měsíční faktury, ke všem tarifům. "
                "Stačí potvrzení o studiu.",
                "en": f"Student discount: for the first year we take {off['en']} off each monthly invoice, with any "
                "tariff. All we need is a proof of study.",
            },
        ),
    )
