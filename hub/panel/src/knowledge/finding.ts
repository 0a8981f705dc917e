/** What the checks found, told apart and put where it belongs. Pure. */
import { folded } from "./folding";
import type { Finding } from "./knowledge";

const idOf = (finding: Finding): string => JSON.stringify([finding.kind, finding.topic, finding.answer, finding.table, finding.button, finding.language, finding.text, finding.params]);

/** Those that were not there before: what the words being written would bring in. */
export function fresh(now: readonly Finding[], before: readonly Finding[]): Finding[] {
  const known = new Set(before.map(idOf));
  return now.filter((finding) => !known.has(idOf(finding)));
}

export interface Spot {
  readonly topic?: string;
  readonly answer?: string;
  readonly language?: string;
  readonly text?: string;
}

/** Whether it belongs to a spot; what is not said of the spot matters not. */
export function isAt(finding: Finding, spot: Spot): boolean {
  if (spot.topic !== undefined && finding.topic !== spot.topic) return false;
  if (spot.answer !== undefined && finding.answer !== spot.answer) return false;
  if (spot.language !== undefined && finding.language !== spot.language) return false;
  return spot.text === undefined || (finding.text !== null && folded(finding.text) === folded(spot.text));
}

/** Errors first. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((one, other) => Number(one.severity === "warning") - Number(other.severity === "warning"));
}
