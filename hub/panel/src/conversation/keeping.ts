/** Where the outbox lies between reloads: in localStorage, each item under a key of its own, so that tabs never overwrite each other's. */
import type { Outbox, OutboxItem } from "./outbox";

const ROOT = "linka.panel.outbox/";
const place = (owner: string): string => `${ROOT}${encodeURIComponent(owner)}/`;

/** Everything that this operator has not sent from this browser. */
export function kept(owner: string): Outbox {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(place(owner)));
    return keys.map((key) => parsed(localStorage.getItem(key))).filter((item) => item !== null);
  } catch {
    return []; // no storage in this browser
  }
}

/** Writes what has changed. What is accepted or removed is no longer kept. */
export function keep(owner: string, before: Outbox, after: Outbox): void {
  const now = new Set(after.filter((item) => item.state !== "accepted"));
  const still = new Set([...now].map((item) => item.client_id));
  try {
    for (const item of before) if (!still.has(item.client_id)) localStorage.removeItem(place(owner) + item.client_id);
    for (const item of now) if (!before.includes(item)) localStorage.setItem(place(owner) + item.client_id, JSON.stringify(item));
  } catch {
    // No storage: the words still wait in this page, which shows them as waiting.
  }
}

/** Calls back when another tab wrote an item of this operator, or (null) took it away. */
export function whenKeptElsewhere(owner: () => string | null, listener: (clientId: string, item: OutboxItem | null) => void): void {
  window.addEventListener("storage", ({ key, newValue }) => {
    const mine = owner();
    if (mine === null || !key?.startsWith(place(mine))) return;
    listener(key.slice(place(mine).length), parsed(newValue));
  });
}

/** An item as it was kept, or null when somebody else's data lie there. */
function parsed(json: string | null): OutboxItem | null {
  try {
    const item = JSON.parse(json ?? "null") as Partial<OutboxItem> | null;
    const whole = typeof item?.client_id === "string" && typeof item.conversation_id === "string" && typeof item.text === "string";
    return whole ? (item as OutboxItem) : null;
  } catch {
    return null;
  }
}
