"""Panels hear that outages have changed."""

from hub.clock import SystemClock
from hub.http.keys import OUTAGES
from tests.realtime.house import House, key


async def test_every_panel_is_told_to_look_again(house: House) -> None:
    anna, sara = await house.panel("anna"), await house.panel("sara")
    supervisor = await house.storage.operators.get("sara")
    assert supervisor is not None
    fault = {
        "kind": "fault",
        "towns": ["Brno"],
        "starts": SystemClock().now().isoformat(),
    }

    made = await house.app[OUTAGES].create(supervisor, key(), fault)

    assert await anna.event("outages.changed") == {}
    assert await sara.event("outages.changed") == {}
    assert made.towns == ("Brno",)
