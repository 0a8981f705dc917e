/** Entries, rows and dice for tests. */
import type { ConversationRow, OperatorEntry } from "@/protocol.gen";

export function entryAt(seq: number, change: Partial<OperatorEntry> = {}): OperatorEntry {
  return {
    seq,
    episode: 1,
    at: new Date(Date.UTC(2026, 10, 23, 9, 0, seq)).toISOString(),
    author: { kind: "contact", name: "" },
    own: false,
    client_id: null,
    body: { kind: "message", text: `word ${seq}`, quick_replies: [], pressed: false, understood: null },
    ...change,
  };
}

export function entriesFrom(first: number, last: number): OperatorEntry[] {
  return Array.from({ length: last - first + 1 }, (_, index) => entryAt(first + index));
}

/** Numbers from 0 up to `below`, the same for the same seed. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function rowOfSample(id: string, change: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id,
    version: 1,
    episode: 1,
    channel: "webchat",
    inbox_id: "demo",
    contact: { id: `contact-${id}`, name: null, phone: null, username: null, language: null, since: "2026-11-23T08:00:00Z" },
    status: { kind: "open" },
    responder: { kind: "bot" },
    language: "cs",
    last_message: null,
    waiting_since: null,
    handoff: null,
    rating: null,
    updated_at: "2026-11-23T09:00:00Z",
    ...change,
  };
}
