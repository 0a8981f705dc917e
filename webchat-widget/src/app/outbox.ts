/**
 * What the visitor said and the hub has not confirmed. Pure.
 *
 * Each item keeps the client_id it was born with for ever, so sending it twice is harmless; one at a time is under way,
 * in the order of writing. A refusal for good sets the item aside for the visitor to decide.
 */

import type { Page } from "../protocol.gen";
import type { WireError } from "./wire";

export type Wish =
  | { kind: "message"; text: string; payload: string | null }
  | { kind: "human" }
  | { kind: "rating"; score: number | null; comment: string | null };

export interface Item {
  readonly clientId: string;
  /** When it was written, or tried anew, in milliseconds; the order of sending. */
  readonly at: number;
  readonly wish: Wish;
  /** Where it was written; part of what is repeated word for word. */
  readonly page: Page;
  /** Null while it waits; the code of the refusal when it failed. */
  readonly failed: WireError["code"] | null;
}

export type Outbox = readonly Item[];

export type OutboxEvent =
  | { type: "written"; clientId: string; now: number; wish: Wish; page: Page }
  | { type: "accepted"; clientId: string }
  | { type: "refused"; clientId: string; code: WireError["code"] }
  | { type: "retried"; clientId: string; now: number }
  | { type: "removed"; clientId: string };

/** In the order of sending; the client_id decides between two tabs that wrote in the same millisecond. */
export function inOrder(items: Iterable<Item>): Outbox {
  return [...items].sort((a, b) => a.at - b.at || (a.clientId < b.clientId ? -1 : 1));
}

/** A time after everything that is already there, so that a clock set back cannot reorder. */
function after(outbox: Outbox, now: number): number {
  return Math.max(now, ...outbox.map((item) => item.at + 1));
}

export function changed(outbox: Outbox, event: OutboxEvent): Outbox {
  const others = outbox.filter((item) => item.clientId !== event.clientId);
  const item = outbox.find((each) => each.clientId === event.clientId);
  switch (event.type) {
    case "written":
      if (item) return outbox;
      return [
        ...outbox,
        {
          clientId: event.clientId,
          at: after(outbox, event.now),
          wish: event.wish,
          page: event.page,
          failed: null,
        },
      ];
    case "accepted":
    case "removed":
      return item ? others : outbox;
    case "refused":
      return item ? inOrder([...others, { ...item, failed: event.code }]) : outbox;
    case "retried":
      return item?.failed ? [...others, { ...item, at: after(others, event.now), failed: null }] : outbox;
  }
}

/** The one to send now, or null. */
export function next(outbox: Outbox): Item | null {
  return outbox.find((item) => item.failed === null) ?? null;
}

/** A stored item as typed, or null when somebody else's data lies under our key. */
export function parseItem(json: string): Item | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const item = value as Partial<Item> | null;
  const known = ["message", "human", "rating"];
  if (typeof item?.clientId !== "string" || typeof item.at !== "number") return null;
  if (!item.wish || !known.includes(item.wish.kind)) return null;
  return {
    clientId: item.clientId,
    at: item.at,
    wish: item.wish,
    page: item.page ?? {},
    failed: item.failed ?? null,
  };
}
