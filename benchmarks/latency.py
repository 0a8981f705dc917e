"""How long a message takes to its acknowledgement and to the operator's screen below saturation, beside the relay."""

from benchmarks.results import Table, put
from benchmarks.throughput import NAMES, Bench

PAIRS = 50
SHARES = (0.25, 0.5, 0.75)
SATURATED, SECONDS = 3.0, 4.0  # how long each round takes


def main() -> None:
    """Find what saturates each, then pace it at shares of that. A message waits its turn behind its sender's last."""
    rows = []
    with Bench(PAIRS) as systems:
        most = {system.name: system.round(SATURATED)["per_second"] for system in systems}
        for share in SHARES:
            for system in systems:
                found = system.round(SECONDS, rate=most[system.name] * share)
                print(share, system.name, found, flush=True)
                rows.append(
                    (
                        f"{share:.0%}",
                        NAMES[system.name],
                        f"{found['per_second']:,.0f}",
                        *(
                            f"{found[way][point]:.1f}"
                            for way in ("ack", "screen")
                            for point in ("p50", "p99")
                        ),
                        f"{found['server_cpu']:.0%}",
                    )
                )
    columns = (
        "of saturation", "through", "messages/s", "to ack p50 ms", "p99", "to screen p50 ms", "p99", "own CPU",
    )  # fmt: skip
    remarks = (
        f"{PAIRS} pairs, messages falling due by chance (open loop; latency counts from when a message fell due), each "
        "system at shares of what saturated it in this run."
    )
    put("latency", [Table(columns, rows)], remarks)


if __name__ == "__main__":
    main()
