/** The visitor's copy of the timeline: contiguous, in order, each entry once. Pure. */

import type { WidgetEntry } from "../protocol.gen";

export interface Timeline {
  /** Ascending by seq, without gaps. */
  readonly entries: readonly WidgetEntry[];
  /** Nothing older exists. */
  readonly complete: boolean;
  /** The newest public seq that is known to exist, held or not. */
  readonly known: number;
}

export const NOTHING_YET: Timeline = { entries: [], complete: false, known: 0 };

/** The newest seq held; 0 when none is. */
export function lastSeq(timeline: Timeline): number {
  return timeline.entries.at(-1)?.seq ?? 0;
}

/** The oldest seq held; 0 when none is. */
export function firstSeq(timeline: Timeline): number {
  return timeline.entries[0]?.seq ?? 0;
}

/** Something newer exists that is not held: it has to be read. */
export function isBehind(timeline: Timeline): boolean {
  return timeline.known > lastSeq(timeline);
}

/** Learn that `seq` exists. */
export function noted(timeline: Timeline, seq: number): Timeline {
  return seq > timeline.known ? { ...timeline, known: seq } : timeline;
}

/** Take what continues the timeline; what lies beyond a gap is only noted, so that the gap gets read. */
export function appended(timeline: Timeline, entries: readonly WidgetEntry[]): Timeline {
  const fresh: WidgetEntry[] = [];
  let last = lastSeq(timeline);
  let known = timeline.known;
  for (const entry of [...entries].sort((a, b) => a.seq - b.seq)) {
    known = Math.max(known, entry.seq);
    if (entry.seq === last + 1) {
      fresh.push(entry);
      last = entry.seq;
    }
  }
  if (fresh.length === 0 && known === timeline.known) return timeline;
  return { ...timeline, entries: [...timeline.entries, ...fresh], known };
}

/** The first page of a visit: the newest entries. */
export function begun(entries: readonly WidgetEntry[], more: boolean): Timeline {
  return { entries: [...entries], complete: !more, known: entries.at(-1)?.seq ?? 0 };
}

/** An older page goes in front, if it joins. */
export function preceded(timeline: Timeline, entries: readonly WidgetEntry[], more: boolean): Timeline {
  const first = firstSeq(timeline);
  const older = entries.filter((entry) => entry.seq < first);
  if (older.length > 0 && older.at(-1)?.seq !== first - 1) return timeline;
  return { ...timeline, entries: [...older, ...timeline.entries], complete: !more };
}
