"""`linka prepare`: everything that `run` or the tests need, made but not started."""

from hub.launch import debian, frontends
from hub.launch.layout import Layout
from hub.launch.rasa import Rasa
from hub.launch.terminal import Terminal
from hub.settings import Settings


async def prepare(settings: Settings, terminal: Terminal, *, with_bot: bool, for_tests: bool) -> None:
    """Build the widget and the panel; with the bot, make its environment and train it.

    For tests, the programs that they drive are seen to as well.
    Raises `LaunchError` for the first thing that cannot be made.
    """
    layout = Layout.of(settings)
    layout.make_folders()
    if for_tests:
        await debian.require(layout, terminal)
    await frontends.build(layout, terminal)
    if with_bot:
        await Rasa(settings, layout, terminal).prepare()
    terminal.done("Everything is prepared")
