import { expect, it } from "vitest";
import { lineOf } from "./lines";
import type { Outage } from "./outage";
import { outage } from "./samples";

const local = (day: number, hour: number): string => new Date(2026, 10, day, hour).toISOString();
const now = new Date(2026, 10, 23, 13).getTime();

it.each<[Partial<Outage>, string, Record<string, string>]>([
  [{ expected_until: null, starts: local(23, 9) }, "since", { at: "9:00" }],
  [{ starts: local(22, 9), expected_until: local(23, 18) }, "until", { from: "22. 11. 2026, 9:00", until: "18:00" }],
  [{ starts: local(23, 9), expected_until: local(23, 12), overdue: true }, "overdue", { until: "12:00" }],
  [{ kind: "planned", phase: "planned", starts: local(25, 8), expected_until: local(25, 12) }, "works", { from: "25. 11. 2026, 8:00", until: "12:00" }],
  [{ kind: "planned", phase: "planned", starts: local(25, 22), expected_until: local(26, 4) }, "works", { from: "25. 11. 2026, 22:00", until: "26. 11. 2026, 4:00" }],
  [{ phase: "over", over_at: local(23, 11) }, "over", { at: "11:00" }],
])("says when %j is", (fields, key, gaps) => {
  const line = lineOf(outage(fields), "cs", now);
  const plain = Object.fromEntries(Object.entries(line.gaps).map(([name, value]) => [name, value.replaceAll("\u00a0", " ")]));
  expect({ key: line.key, gaps: plain }).toEqual({ key, gaps });
});
