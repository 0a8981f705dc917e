"""``python -m tests.faults``: one round of chaos; exit code 1 when a promise was broken.

A seeded schedule of kills, pauses and broken connections over the whole fleet, while customers, Telegram users and
operators go on; then all is left in peace, and the checker compares what they saw with what is stored.
"""

import shutil
import signal
import sys
import tempfile
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from tests.faults.fleet import ROOT
from tests.faults.play import Plan, play
from tests.faults.table import Round, table, violations

RESULTS = ROOT / "test-results"
LAST_LINES = 15


def main(arguments: list[str]) -> int:
    """Exit code 0 when every promise was kept."""
    options = options_of(arguments)
    plan = Plan(
        seed=options.seed,
        minutes=options.minutes,
        kills=0 if options.only else options.kills,
        customers=options.customers,
        telegram=options.telegram,
        operators=options.operators,
        pause=options.pause,
        faults=options.faults,
        acknowledged=options.acknowledged,
        longest=max(options.longest, options.minutes),
        ease=options.ease,
        only_redis=options.only == "redis",
    )
    folder = Path(tempfile.mkdtemp(prefix="linka-chaos-"))
    say(f"chaos with seed {plan.seed} for {plan.minutes} minutes; logs in {folder}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is put away
    try:
        done = uvloop.run(play(plan, folder, say))
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            words = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
            say("\n".join((f"── the end of {log.name}", *words)))
        raise
    if options.write:
        renew(table(done))
    return report(done, folder, keep=options.keep)


def report(done: Round, folder: Path, *, keep: bool) -> int:
    """Print the table and what was broken; the exit code."""
    text = table(done)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "chaos.md").write_text(text + "\n")
    say(f"\n{text}\n")
    if keep or done.verdict.violations:
        say("\n    ".join(("the slowest to screens:", *done.delays.slowest)))
    if done.verdict.violations:
        say(violations(done.verdict))
        broken = len(done.verdict.violations)
        say(f"BROKEN: {broken} violations with seed {done.seed}; the logs are in {folder}")
        return 1
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    say("every promise was kept")
    return 0


def renew(text: str) -> None:
    """Put the table in the place of the one that docs/reliability.md has."""
    page = ROOT / "docs" / "reliability.md"
    before, opening, rest = page.read_text().partition("<!-- measured: chaos -->")
    _, closing, after = rest.partition("<!-- end: chaos -->")
    stamp = f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC."
    page.write_text(f"{before}{opening}\n\n{text}\n\n{stamp}\n\n{closing}{after}")


def options_of(arguments: list[str]) -> Namespace:
    """What was asked for."""
    parser = ArgumentParser("tests.faults", formatter_class=ArgumentDefaultsHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.5, help="of faults")
    parser.add_argument("--seed", type=int, default=1, help="of the schedule")
    parser.add_argument(
        "--kills",
        type=int,
        default=60,
        help="processes killed, ended or paused at least, at the price of more time",
    )
    parser.add_argument("--acknowledged", type=int, default=0, help="messages at least, likewise")
    parser.add_argument(
        "--longest", type=float, default=10.0, help="minutes at most; what is missing then fails the round"
    )
    parser.add_argument("--ease", type=float, default=1.0, help="2 is half as many faults a minute")
    parser.add_argument("--customers", type=int, default=80)
    parser.add_argument("--telegram", type=int, default=20, help="Telegram users")
    parser.add_argument("--operators", type=int, default=10)
    parser.add_argument("--pause", type=float, default=1.2, help="seconds between two messages of a customer")
    parser.add_argument("--only", choices=("redis",), help="break nothing else; whatever number of kills")
    parser.add_argument("--no-faults", dest="faults", action="store_false", help="to see what it carries")
    parser.add_argument("--write", action="store_true", help="renew the table in docs/reliability.md")
    parser.add_argument("--keep", action="store_true", help="keep the logs also when all went well")
    return parser.parse_args(arguments)


def say(words: str) -> None:
    """To whoever watches."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
