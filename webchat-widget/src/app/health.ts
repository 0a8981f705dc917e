/** What the visitor is told of the connection and of the hub's database: nothing of what is over in a moment. */

import type { LinkState, News, State } from "./state";
import type { WireError } from "./wire";

/** A connection lost for less is not worth a word. */
const GRACE = 1_500;
/** Seconds between two looks whether the hub can save again. */
const PROBE = 2;

export interface HealthParts {
  state(): State;
  apply(news: News): void;
  /** Whether the hub can save again is seen by reading. */
  look(): void;
}

export class Health {
  private downTimer = 0;
  private awayTimer = 0;
  private probeTimer = 0;
  private readonly parts: HealthParts;

  constructor(parts: HealthParts) {
    this.parts = parts;
  }

  setLink(link: LinkState): void {
    clearTimeout(this.downTimer);
    this.downTimer = 0;
    this.parts.apply({ type: "link", link });
  }

  lost(grace = GRACE): void {
    const { link } = this.parts.state();
    if (this.downTimer || link === "offline" || link === "unavailable") return;
    this.downTimer = setTimeout(() => this.setLink("offline"), grace);
  }

  /** The hub is there but its database is not: say so when it lasts, and look until it is back. */
  troubled(error: WireError): void {
    this.sayAway();
    clearTimeout(this.probeTimer);
    const pause = Math.max(error.retry_after ?? 1, PROBE) * (0.5 + Math.random());
    this.probeTimer = setTimeout(() => this.parts.look(), pause * 1_000);
  }

  sayAway(): void {
    if (this.parts.state().away) return;
    this.awayTimer ||= setTimeout(() => this.parts.apply({ type: "away", on: true }), GRACE);
  }

  well(): void {
    clearTimeout(this.awayTimer);
    clearTimeout(this.probeTimer);
    this.awayTimer = 0;
    this.parts.apply({ type: "away", on: false });
  }
}
