/** What the operator wrote and the hub has not yet acknowledged. Pure; one message per conversation is in flight. */
import type { Error as WireError, OperatorEntry } from "@/protocol.gen";

export interface OutboxItem {
  readonly client_id: string;
  readonly conversation_id: string;
  readonly kind: "message" | "note";
  readonly text: string;
  /** Milliseconds since 1970 by this computer's clock; only orders and shows, the hub sets the true time. */
  readonly written_at: number;
  readonly state: "waiting" | "sending" | "accepted" | "failed";
  readonly attempts: number;
  /** Not before this moment (ms). */
  readonly retry_at: number;
  readonly error: WireError | null;
  /** The place the hub gave it, once accepted. */
  readonly entry: OperatorEntry | null;
}

export type Outbox = readonly OutboxItem[];

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

export function written(
  outbox: Outbox,
  item: Pick<OutboxItem, "client_id" | "conversation_id" | "kind" | "text" | "written_at">,
): Outbox {
  // After everything that is there already: a clock that was set back, or two words in one millisecond, must not reorder.
  const written_at = Math.max(item.written_at, ...outbox.map((one) => one.written_at + 1));
  return [...outbox, { ...item, written_at, state: "waiting", attempts: 0, retry_at: 0, error: null, entry: null }];
}

/** Another tab of this operator wrote it, or changed it. What this tab knows better stays. */
export function adopted(outbox: Outbox, item: OutboxItem): Outbox {
  const mine = outbox.find((one) => one.client_id === item.client_id);
  if (mine && (mine.state === "sending" || mine.state === "accepted")) return outbox;
  return inOrder([...removed(outbox, item.client_id), ...interrupted([item])]);
}

/** After a reload: whatever was in flight is not known to have arrived, so it waits to be sent again. */
export function restored(items: Outbox): Outbox {
  return inOrder(interrupted(items));
}

function inOrder(items: Outbox): Outbox {
  return [...items].sort((one, other) => one.written_at - other.written_at || (one.client_id < other.client_id ? -1 : 1));
}

/** The connection broke: everything in flight is sent again later, with the same client_id. */
export function interrupted(outbox: Outbox): Outbox {
  return outbox.map((item) => (item.state === "sending" ? { ...item, state: "waiting", retry_at: 0 } : item));
}

/** The hub is back: nothing waits any longer for its moment. */
export function woken(outbox: Outbox): Outbox {
  return outbox.map((item) => (item.state === "waiting" && item.retry_at > 0 ? { ...item, retry_at: 0 } : item));
}

/** The next item of each conversation that may go out now, oldest first. */
export function sendable(outbox: Outbox, now: number): OutboxItem[] {
  const heads = new Map<string, OutboxItem>();
  for (const item of outbox) {
    if (item.state !== "waiting" && item.state !== "sending") continue;
    if (!heads.has(item.conversation_id)) heads.set(item.conversation_id, item);
  }
  return [...heads.values()].filter((item) => item.state === "waiting" && item.retry_at <= now);
}

/** The next moment at which something will become sendable, or null. */
export function nextMoment(outbox: Outbox, now: number): number | null {
  const moments = outbox.filter((item) => item.state === "waiting" && item.retry_at > now).map((item) => item.retry_at);
  return moments.length > 0 ? Math.min(...moments) : null;
}

export function sending(outbox: Outbox, clientId: string): Outbox {
  return changed(outbox, clientId, (item) => ({ ...item, state: "sending", attempts: item.attempts + 1, error: null }));
}

export function accepted(outbox: Outbox, clientId: string, entry: OperatorEntry): Outbox {
  return changed(outbox, clientId, (item) => ({ ...item, state: "accepted", entry, error: null }));
}

/** A retryable refusal waits; any other is shown as failed with retry · edit · delete. One of an interrupted try says nothing. */
export function refused(outbox: Outbox, clientId: string, error: WireError, now: number): Outbox {
  return changed(outbox, clientId, (item) => {
    if (item.state !== "sending") return item;
    // After a log-in the same words can still go out, so a lost session is no failure of the message.
    if (!error.retryable && error.code !== "unauthenticated") return { ...item, state: "failed", error };
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, item.attempts - 1));
    return { ...item, state: "waiting", retry_at: now + Math.max(pause, (error.retry_after ?? 0) * 1_000), error };
  });
}

export function retried(outbox: Outbox, clientId: string): Outbox {
  return changed(outbox, clientId, (item) => ({ ...item, state: "waiting", retry_at: 0, error: null }));
}

export function removed(outbox: Outbox, clientId: string): Outbox {
  return outbox.filter((item) => item.client_id !== clientId);
}

/** Entries that are now shown take the place of their optimistic bubbles. */
export function confirmed(outbox: Outbox, entries: readonly OperatorEntry[]): Outbox {
  const shown = new Set(entries.map((entry) => entry.client_id));
  const left = outbox.filter((item) => !shown.has(item.client_id));
  return left.length === outbox.length ? outbox : left;
}

/** What would be lost if this computer were thrown away now. */
export function unsent(outbox: Outbox): OutboxItem[] {
  return outbox.filter((item) => item.state !== "accepted");
}

function changed(outbox: Outbox, clientId: string, change: (item: OutboxItem) => OutboxItem): Outbox {
  return outbox.map((item) => (item.client_id === clientId ? change(item) : item));
}
