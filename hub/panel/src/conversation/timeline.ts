/** What this panel knows of one conversation's timeline. Pure: entries in, a new timeline out. */
import type { OperatorEntry } from "@/protocol.gen";

export interface Timeline {
  /** False until the newest page has arrived; what comes before that waits in `ahead`. */
  readonly loaded: boolean;
  /** Gapless and ascending: what may be shown. */
  readonly entries: readonly OperatorEntry[];
  /** Known, but something between `entries` and these is still missing. */
  readonly ahead: readonly OperatorEntry[];
  /** The hub has entries older than the first of `entries`. */
  readonly older: boolean;
}

/** A missed stretch longer than this is not pulled entry by entry: the newest page replaces what was shown. */
export const LONGEST_PULL = 400;

export const emptyTimeline: Timeline = { loaded: false, entries: [], ahead: [], older: false };

export function lastSeq(timeline: Timeline): number {
  return timeline.entries.at(-1)?.seq ?? 0;
}

export function firstSeq(timeline: Timeline): number {
  return timeline.entries[0]?.seq ?? 0;
}

/** The newest page, as `conversation.open` gives it. `more`: there are older entries than this page. */
export function opened(timeline: Timeline, page: readonly OperatorEntry[], more: boolean): Timeline {
  const first = page[0]?.seq ?? 1;
  const shown = timeline.entries;
  const far = first > lastSeq(timeline) + 1 + LONGEST_PULL;
  if (shown.length === 0 || far) {
    return joined({ loaded: true, entries: [], ahead: timeline.ahead, older: more }, page, first);
  }
  const reachesLower = first < firstSeq(timeline);
  return joined({ ...timeline, loaded: true, older: reachesLower ? more : timeline.older }, page, firstSeq(timeline));
}

/** New entries from an event, an acknowledgement or a pull, in any order, any number of times. */
export function appended(timeline: Timeline, incoming: readonly OperatorEntry[]): Timeline {
  if (!timeline.loaded) return { ...timeline, ahead: sorted([...timeline.ahead, ...incoming]) };
  return joined(timeline, incoming, firstSeq(timeline) || 1);
}

/** An older page. `more`: there are still older entries. */
export function extended(timeline: Timeline, page: readonly OperatorEntry[], more: boolean): Timeline {
  return joined({ ...timeline, older: more }, page, firstSeq(timeline) || 1);
}

/** The seq after which to ask the hub, or null when nothing is known to be missing. */
export function missingAfter(timeline: Timeline, newestOnHub = 0): number | null {
  if (!timeline.loaded) return null;
  const last = lastSeq(timeline);
  return timeline.ahead.length > 0 || newestOnHub > last ? last : null;
}

/** Put known and new entries together; what hangs together with `anchor` is shown, what lies beyond a gap waits. */
function joined(timeline: Timeline, incoming: readonly OperatorEntry[], anchor: number): Timeline {
  const known = new Map<number, OperatorEntry>();
  for (const entry of [...timeline.entries, ...timeline.ahead, ...incoming]) known.set(entry.seq, entry);
  if (!known.has(anchor)) return { ...timeline, ahead: sorted([...known.values()]) };
  let from = anchor;
  let upto = anchor;
  while (known.has(from - 1)) from -= 1;
  while (known.has(upto + 1)) upto += 1;
  const entries: OperatorEntry[] = [];
  for (let seq = from; seq <= upto; seq += 1) entries.push(known.get(seq) as OperatorEntry);
  const ahead = sorted([...known.values()].filter((entry) => entry.seq > upto));
  return { ...timeline, entries, ahead };
}

function sorted(entries: readonly OperatorEntry[]): OperatorEntry[] {
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}
