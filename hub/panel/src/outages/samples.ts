/** Outages for tests. */
import type { WholeOutage } from "./outage";

export function outage(fields: Partial<WholeOutage> = {}): WholeOutage {
  return {
    id: "u1", kind: "fault", phase: "now", overdue: false, towns: ["Brno"], streets: ["Líšeň"], starts: "2026-11-23T09:00:00Z", expected_until: "2026-11-23T18:00:00Z",
    ended_at: null, over_at: null, words: { cs: "Kabel." }, version: 1, updated_at: "2026-11-23T09:05:00Z", updated_by: "Sara", history: [], told: { texts: { cs: "", en: "" }, told_from: null },
    ...fields,
  };
}
