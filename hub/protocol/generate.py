"""``python -m hub.protocol.generate``: write what the wire models generate, or ``--check`` that it is fresh."""

import argparse
import sys
from pathlib import Path

from hub.protocol import channel, operator, widget
from hub.protocol.handbook import handbook
from hub.protocol.typescript import typescript

ROOT = Path(__file__).resolve().parents[2]


def generated() -> dict[Path, str]:
    """Every generated file and its contents."""
    return {
        ROOT / "webchat-widget/src/protocol.gen.ts": typescript(widget.WIDGET),
        ROOT / "hub/panel/src/protocol.gen.ts": typescript(operator.OPERATOR),
        ROOT / "docs/protocol.md": handbook(
            [widget.WIDGET, operator.OPERATOR, channel.CHANNEL],
            [widget.__doc__ or "", operator.__doc__ or "", channel.__doc__ or ""],
        ),
    }


def main() -> int:
    """Exit code 1 when something is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when a file is stale")
    check = parser.parse_args().check
    stale = [path for path, text in generated().items() if not path.is_file() or path.read_text() != text]
    for path in stale:
        if check:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale: run `python -m hub.protocol.generate`\n")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(generated()[path])
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
