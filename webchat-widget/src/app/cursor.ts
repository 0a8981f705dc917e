/** How far the visitor has read: kept for all tabs, and told to the hub once things have settled. */

import type { Link } from "./link";
import type { Store } from "./store";

const KEY = "read";
const PAUSE = 300;

export class Cursor {
  private told = 0;
  private timer = 0;
  private readonly store: Store;
  private readonly link: Link;

  /** `moved`: another tab has read on. */
  constructor(store: Store, link: Link, moved: (seq: number) => void) {
    this.store = store;
    this.link = link;
    store.onChange((key) => {
      if (key === KEY) moved(this.kept());
    });
  }

  kept(): number {
    return Number(this.store.get(KEY)) || 0;
  }

  keep(seq: number): void {
    this.store.set(KEY, String(seq));
  }

  /** The visitor reads on right now: the hub hears of the last place only. */
  reads(seq: number): void {
    this.keep(seq);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tell(seq), PAUSE);
  }

  async tell(seq: number): Promise<void> {
    if (seq <= this.told) return;
    const answer = await this.link.ask("cursor.move", { seq });
    if (answer.ok) this.told = Math.max(this.told, seq);
  }

  forget(): void {
    clearTimeout(this.timer);
    this.store.remove(KEY);
    this.told = 0;
  }
}
