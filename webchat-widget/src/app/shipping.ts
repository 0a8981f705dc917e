/**
 * Carries the outbox to the hub: one request under way, in order, until each is confirmed or refused for good.
 *
 * Every item lies under a key of its own, so two tabs never overwrite each other's; both see the same items and any connected
 * tab may send any of them. A lock keeps them from doing so at once; where there are no locks the unchanging client_id makes
 * the second sending a repeat, which the hub answers like the first.
 */

import type { Page, WidgetEntry } from "../protocol.gen";
import type { Link, Outcome } from "./link";
import { alone } from "./locks";
import { changed, type Item, inOrder, next, type Outbox, type OutboxEvent, parseItem } from "./outbox";
import type { Store } from "./store";
import { storable } from "./text";
import type { WireError } from "./wire";

const PREFIX = "out:";
const PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

export interface ShippingListener {
  changed(outbox: Outbox): void;
  accepted(entry: WidgetEntry): void;
  refused(item: Item, error: WireError): void;
}

function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export class Shipping {
  private busy = false;
  private pause = PAUSE;
  private timer = 0;
  private readonly inbox: string;
  private readonly store: Store;
  private readonly link: Link;
  private readonly page: () => Page;
  private readonly listener: ShippingListener;

  constructor(inbox: string, store: Store, link: Link, page: () => Page, listener: ShippingListener) {
    this.inbox = inbox;
    this.store = store;
    this.link = link;
    this.page = page;
    this.listener = listener;
    store.onChange((key) => {
      if (!key.startsWith(PREFIX)) return;
      listener.changed(this.outbox());
      void this.ship();
    });
  }

  outbox(): Outbox {
    const items = this.store.keys(PREFIX).map((key) => parseItem(this.store.get(key) ?? ""));
    return inOrder(items.filter((item) => item !== null));
  }

  write(wish: Item["wish"]): void {
    this.apply({ type: "written", clientId: uuid(), now: Date.now(), wish, page: this.page() });
    void this.ship();
  }

  retry(clientId: string): void {
    this.apply({ type: "retried", clientId, now: Date.now() });
    void this.ship();
  }

  remove(clientId: string): void {
    this.apply({ type: "removed", clientId });
  }

  /** The timeline shows it, so it is durable, whether its acknowledgement came or not. */
  confirm(entries: readonly WidgetEntry[]): void {
    const mine = this.outbox();
    for (const { client_id } of entries) {
      if (client_id && mine.some((item) => item.clientId === client_id)) {
        this.apply({ type: "accepted", clientId: client_id });
      }
    }
  }

  /** Sends what waits; returns when nothing is left or the hub cannot take more now. */
  async ship(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      while (this.link.connected && next(this.outbox())) {
        const wait = await alone(`linka:${this.inbox}:send`, () => this.sendNext());
        if (wait > 0) {
          this.timer = setTimeout(() => void this.ship(), wait);
          return;
        }
      }
    } finally {
      this.busy = false;
    }
  }

  /** Milliseconds to wait before the next try; 0 = go on. */
  private async sendNext(): Promise<number> {
    const item = next(this.outbox());
    if (!item) return 0;
    const outcome = await this.ask(item);
    const { clientId } = item;
    if (outcome.ok) {
      this.pause = PAUSE;
      this.listener.accepted(outcome.data.entry);
      this.apply({ type: "accepted", clientId });
      return 0;
    }
    const { error } = outcome;
    if (error && !error.retryable) {
      this.apply({ type: "refused", clientId, code: error.code });
      this.listener.refused(item, error);
      return 0;
    }
    const wait = error?.retry_after ? error.retry_after * 1_000 : this.pause;
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    return wait * (1 + Math.random() / 4);
  }

  private ask({ clientId: client_id, wish, page }: Item): Promise<Outcome<{ entry: WidgetEntry }>> {
    switch (wish.kind) {
      case "message": {
        const message = { client_id, text: storable(wish.text), page };
        return this.link.ask("message.send", wish.payload ? { ...message, payload: wish.payload } : message);
      }
      case "human":
        return this.link.ask("human.request", { client_id, page });
      case "rating":
        return this.link.ask("conversation.rate", {
          client_id,
          ...(wish.score === null ? {} : { score: wish.score }),
          ...(wish.comment === null ? {} : { comment: storable(wish.comment) }),
        });
    }
  }

  private apply(event: OutboxEvent): void {
    const before = this.outbox();
    const after = changed(before, event);
    if (after === before) return;
    for (const item of before) if (!after.includes(item)) this.store.remove(PREFIX + item.clientId);
    for (const item of after) {
      if (!before.includes(item)) this.store.set(PREFIX + item.clientId, JSON.stringify(item));
    }
    this.listener.changed(this.outbox());
  }
}
