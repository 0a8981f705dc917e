/** The line to the hub: asks with a deadline, hears, and comes back by itself. */

import type { Events, Requests } from "../protocol.gen";
import { ChatSocket } from "./socket";
import type { Answer, WireError } from "./wire";

/** `error: null` means no answer: it may have been done or not. */
export type Outcome<T> = { ok: true; data: T } | { ok: false; error: WireError | null };

export interface LinkListener {
  up(): void;
  /** Lost, or not reached; it is being tried again. */
  down(): void;
  /** The hub does not take this visitor; nothing more is tried until it is asked for. */
  refused(error: WireError): void;
  /** The hub answered that it cannot do its work for now. */
  unable(error: WireError): void;
  heard<K extends keyof Events>(name: K, data: Events[K]): void;
}

const ANSWER_WITHIN = 8_000;
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 8;
const AFTER_DISMISSAL = 1;
/** A handshake younger than this is not worth starting anew. */
const FRESH = 2_000;

export class Link {
  private socket: ChatSocket | null = null;
  private token = "";
  private pause = FIRST_PAUSE;
  private comeback: number | null = null;
  private timer = 0;
  private dialledAt = 0;
  private readonly listener: LinkListener;

  constructor(listener: LinkListener) {
    this.listener = listener;
  }

  get connected(): boolean {
    return this.socket?.connected === true;
  }

  /** Connects as the visitor of `token`, dropping any earlier connection. */
  open(token: string): void {
    this.token = token;
    this.pause = FIRST_PAUSE;
    this.dial();
  }

  /** After about so many seconds, or the back-off if that is longer; spread from the first try on, as a hub loses all at once. */
  reconnectIn(seconds: number): void {
    clearTimeout(this.timer);
    const wait = Math.max(seconds, this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    this.timer = setTimeout(() => this.dial(), wait * (0.5 + Math.random()) * 1_000);
  }

  /** Skips the back-off: the network is back, or the visitor looks again. */
  retryNow(): void {
    if (!this.token || this.connected) return;
    if (!this.socket || Date.now() - this.dialledAt > FRESH) this.dial();
  }

  /** The browser knows that the network is gone. */
  abandon(): void {
    this.socket?.close();
  }

  /** The hub answers everything within seconds, so a connection that lets a question lie is dead and is replaced. */
  async ask<K extends keyof Requests>(
    name: K,
    request: Requests[K]["request"],
    within = ANSWER_WITHIN,
  ): Promise<Outcome<Requests[K]["reply"]>> {
    const answer = (await this.socket?.ask(name, request, within)) as
      Answer<Requests[K]["reply"]> | null | undefined;
    if (!answer || !("ok" in answer)) return { ok: false, error: null };
    if (!answer.ok && answer.error.code === "unavailable") this.listener.unable(answer.error);
    return answer;
  }

  private dial(): void {
    clearTimeout(this.timer);
    this.socket?.close();
    clearTimeout(this.timer);
    this.dialledAt = Date.now();
    const socket: ChatSocket = new ChatSocket(
      location.origin,
      "/widget",
      { token: this.token },
      {
        connected: () => {
          this.pause = FIRST_PAUSE;
          this.comeback = null;
          this.listener.up();
        },
        heard: (name, data) => {
          if (name === "server.leaving") this.comeback = (data as Events["server.leaving"]).reconnect_in;
          this.listener.heard(name as keyof Events, data as Events[keyof Events]);
        },
        closed: ({ refused, dismissed }) => {
          if (this.socket === socket) this.socket = null;
          this.listener.down();
          if (refused) return this.listener.refused(refused);
          this.reconnectIn(this.comeback ?? (dismissed ? AFTER_DISMISSAL : 0));
        },
      },
    );
    this.socket = socket;
  }
}
