/** The visitor's token: asked for once per inbox, kept in the iframe's own storage. */

import { openSession } from "./http";
import { alone } from "./locks";
import type { Store } from "./store";

const KEY = "token";

export class Session {
  private readonly inbox: string;
  private readonly store: Store;

  constructor(inbox: string, store: Store) {
    this.inbox = inbox;
    this.store = store;
  }

  get known(): boolean {
    return this.store.get(KEY) !== null;
  }

  /** The kept token, else a new one; two tabs that ask at once get the same. @throws Refused */
  token(language: string): Promise<string> {
    const kept = this.store.get(KEY);
    if (kept) return Promise.resolve(kept);
    return alone(`linka:${this.inbox}:session`, async () => {
      const meanwhile = this.store.get(KEY);
      if (meanwhile) return meanwhile;
      const fresh = await openSession(this.inbox, language);
      const other = this.store.get(KEY);
      if (other) return other;
      this.store.set(KEY, fresh);
      return fresh;
    });
  }

  /** The hub does not know `token` (any more). Another tab's newer one stays. */
  forget(token: string): void {
    if (this.store.get(KEY) === token) this.store.remove(KEY);
  }
}
