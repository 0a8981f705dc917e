/** When an outage is, in a line. Pure. */
import { type Language, formatMoment, formatTime, dayKey } from "@/words/format";
import type { Outage } from "./outage";

export interface Line {
  readonly key: "since" | "until" | "overdue" | "works" | "over";
  readonly gaps: Record<string, string>;
}

/** A moment without its day when that is today or the day of `beside`. */
export function shortly(at: string, language: Language, now: number, beside?: string): string {
  const known = dayKey(at) === dayKey(now) || (beside !== undefined && dayKey(at) === dayKey(beside));
  return known ? formatTime(at, language) : formatMoment(at, language);
}

export function lineOf(outage: Outage, language: Language, now: number): Line {
  const at = (moment: string, beside?: string): string => shortly(moment, language, now, beside);
  if (outage.phase === "over") return { key: "over", gaps: { at: at(outage.over_at ?? outage.starts) } };
  const until = outage.expected_until;
  if (outage.overdue && until) return { key: "overdue", gaps: { until: at(until) } };
  if (outage.kind === "planned" && until) return { key: "works", gaps: { from: at(outage.starts), until: at(until, outage.starts) } };
  if (!until) return { key: "since", gaps: { at: at(outage.starts) } };
  return { key: "until", gaps: { from: at(outage.starts), until: at(until) } };
}
