/** Joins the parts: session, socket, state, outbox. Knows no DOM; the view draws what `onChange` brings. */

import type { HostPage } from "../bridge";
import type { Events, Page, WidgetEntry } from "../protocol.gen";
import { Cursor } from "./cursor";
import { Health } from "./health";
import { Refused } from "./http";
import { Link } from "./link";
import type { Wish } from "./outbox";
import type { Session } from "./session";
import { Shipping } from "./shipping";
import { type News, reduce, START, type State } from "./state";
import type { Store } from "./store";
import { pageFor } from "./text";
import { firstSeq, isBehind, lastSeq } from "./timeline";
import { Typing } from "./typing";
import type { WireError } from "./wire";

const FIRST_GRACE = 5_000;
const NEWEST = 2 ** 53 - 1;
const PAGE_SIZE = 50;

export interface ChatListener {
  changed(state: State): void;
  /** New entries of the other side, as they arrive. */
  arrived(entries: WidgetEntry[]): void;
  refused(wish: Wish, error: WireError): void;
}

export class Chat {
  state: State = START;
  language = "en";
  hostPage: HostPage | null = null;
  private token = "";
  private started = false;
  private reading = false;
  private lookTimer = 0;
  private readonly cursor: Cursor;
  private readonly health: Health;
  private readonly typing: Typing;
  private readonly session: Session;
  private readonly link: Link;
  private readonly shipping: Shipping;
  private readonly listener: ChatListener;

  constructor(inbox: string, store: Store, session: Session, listener: ChatListener) {
    this.session = session;
    this.listener = listener;
    this.link = new Link({
      up: () => void this.catchUp(),
      down: () => this.health.lost(),
      refused: (error) => void this.turnedAway(error),
      unable: (error) => this.health.troubled(error),
      heard: (name, data) => this.heard(name, data),
    });
    this.health = new Health({
      state: () => this.state,
      apply: (news) => this.apply(news),
      look: () => this.link.connected && void this.catchUp(),
    });
    this.typing = new Typing((on) => void this.link.ask("typing.set", { on }));
    this.cursor = new Cursor(store, this.link, (seq) => this.apply({ type: "read", seq }));
    this.shipping = new Shipping(inbox, store, this.link, () => this.page(), {
      changed: (outbox) => this.apply({ type: "outbox", outbox }),
      accepted: (entry) => this.take([entry]),
      refused: (item, error) => this.declined(item.clientId, item.wish, error),
    });
    this.apply({ type: "outbox", outbox: this.shipping.outbox() });
    this.apply({ type: "read", seq: this.cursor.kept() });
  }

  /** Connects, making this a known visitor; once. */
  async start(): Promise<void> {
    if (this.started) return;
    this.started = true;
    if (this.state.link === "unavailable") this.health.setLink("connecting");
    this.health.lost(FIRST_GRACE);
    try {
      this.token = await this.session.token(this.language);
      this.link.open(this.token);
    } catch (failure) {
      if (!(failure instanceof Refused)) throw failure;
      this.started = false;
      this.fail(failure);
      if (failure.error.retryable) {
        setTimeout(() => void this.start(), (failure.error.retry_after ?? 3) * 1_000 * (1 + Math.random()));
      }
    }
  }

  /** The chat cannot begin: its inbox or a new visitor's token could not be had, for now or for good. */
  fail({ error, answered }: Refused): void {
    if (answered && error.code === "unavailable") this.apply({ type: "away", on: true });
    this.health.setLink(error.retryable ? "offline" : "unavailable");
  }

  say(text: string, payload: string | null = null): void {
    this.typing.stopped();
    this.shipping.write({ kind: "message", text, payload });
  }

  askForHuman(): void {
    if (this.state.outbox.some((item) => item.wish.kind === "human")) return;
    this.shipping.write({ kind: "human" });
  }

  rate(score: number | null, comment: string | null): void {
    this.shipping.write({ kind: "rating", score, comment });
  }

  retry(clientId: string): void {
    this.shipping.retry(clientId);
  }

  remove(clientId: string): void {
    this.shipping.remove(clientId);
  }

  /** A key was pressed in the message field. */
  typed(empty: boolean): void {
    this.typing.typed(empty);
  }

  /** The visitor has everything up to the newest entry before their eyes. */
  looked(): void {
    const seq = lastSeq(this.state.timeline);
    if (seq <= this.state.readTo) return;
    this.apply({ type: "read", seq });
    this.cursor.reads(seq);
  }

  async loadOlder(): Promise<void> {
    const { state } = this;
    if (!state.ready || state.loadingOlder || state.timeline.complete) return;
    this.apply({ type: "loading-older", on: true });
    const page = await this.link.ask("timeline.read", {
      before_seq: firstSeq(state.timeline),
      limit: PAGE_SIZE,
    });
    if (page.ok) this.apply({ type: "older", entries: page.data.entries, more: page.data.more });
    else this.apply({ type: "loading-older", on: false });
  }

  /** The visitor is back (a tab shown again, a phone woken, the network there): the connection may only look alive. */
  async wake(): Promise<void> {
    if (!this.started) return;
    if (!this.link.connected) return this.link.retryNow();
    const answer = await this.link.ask("timeline.read", { after_seq: lastSeq(this.state.timeline) }, 4_000);
    if (answer.ok) {
      this.take(answer.data.entries);
      this.heard("conversation.updated", { conversation: answer.data.conversation });
    }
  }

  /** The browser says that the network is gone: no need to wait until silence proves it. */
  offline(): void {
    if (!this.started) return;
    this.link.abandon();
    this.health.setLink("offline");
  }

  private page(): Page {
    return pageFor(this.hostPage, this.language);
  }

  private apply(news: News): void {
    const before = this.state;
    this.state = reduce(before, news);
    if (this.state !== before) this.listener.changed(this.state);
  }

  private async turnedAway(error: WireError): Promise<void> {
    if (error.code === "unauthenticated") {
      this.session.forget(this.token);
      this.cursor.forget();
      this.apply({ type: "forgotten" });
      this.started = false;
      await this.start();
    } else if (error.retryable) {
      if (error.code === "unavailable") this.health.sayAway();
      this.link.reconnectIn(error.retry_after ?? 3);
    } else {
      this.started = false;
      this.health.setLink("unavailable");
    }
  }

  /** After every connect, and whenever something is known to be missing. */
  private async catchUp(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      for (let more = true; more;) {
        const { ready, timeline } = this.state;
        const page = this.page();
        const answer = ready
          ? await this.link.ask("timeline.read", { after_seq: lastSeq(timeline), limit: 200, page })
          : await this.link.ask("timeline.read", { before_seq: NEWEST, limit: PAGE_SIZE, page });
        if (!answer.ok) {
          // What the hub cannot do for now is looked for again by `Health`.
          const again = answer.error ? answer.error.retryable : this.link.connected;
          if (again && answer.error?.code !== "unavailable") {
            const pause = (answer.error?.retry_after ?? 1) * (1 + Math.random());
            setTimeout(() => this.link.connected && void this.catchUp(), pause * 1_000);
          }
          return;
        }
        const { entries, conversation } = answer.data;
        if (ready) this.take(entries);
        else this.apply({ type: "began", entries, more: answer.data.more, conversation });
        this.shipping.confirm(entries);
        this.apply({ type: "conversation", conversation });
        // News may have come meanwhile, also while the first page was read; what a read does not bring is left to the next digest.
        const progressed = !ready || entries.length > 0;
        more = progressed && ((ready && answer.data.more) || isBehind(this.state.timeline));
      }
      this.health.setLink("online");
      this.health.well();
      void this.cursor.tell(this.state.readTo);
      void this.shipping.ship();
    } finally {
      this.reading = false;
    }
  }

  private take(entries: WidgetEntry[]): void {
    const last = lastSeq(this.state.timeline);
    this.apply({ type: "appended", entries, now: Date.now() });
    this.shipping.confirm(entries);
    const fresh = entries.filter((entry) => !entry.own && entry.seq > last);
    if (fresh.length > 0 && this.state.ready) this.listener.arrived(fresh);
    this.watchTyping();
    this.repair();
  }

  private repair(): void {
    if (this.state.ready && isBehind(this.state.timeline) && this.link.connected) void this.catchUp();
  }

  private heard<K extends keyof Events>(name: K, data: Events[K]): void {
    const mine = this.state.conversation?.id;
    if (mine && "conversation_id" in data && data.conversation_id !== mine) return;
    const news = { name, data } as { [E in keyof Events]: { name: E; data: Events[E] } }[keyof Events];
    switch (news.name) {
      case "timeline.appended":
        return this.take(news.data.entries);
      case "conversation.updated":
        if (mine && news.data.conversation.id !== mine) return;
        this.apply({ type: "conversation", conversation: news.data.conversation });
        return this.repair();
      case "timeline.digest":
        this.apply({ type: "digest", seq: news.data.seq });
        // The words may have come and only what they changed was lost.
        if ((this.state.conversation?.version ?? 0) < news.data.seq && this.state.ready) void this.catchUp();
        return this.repair();
      case "cursor.moved":
        if (news.data.reader === "operator") return this.apply({ type: "seen", seq: news.data.seq });
        if (news.data.seq > this.state.readTo) this.cursor.keep(news.data.seq);
        return this.apply({ type: "read", seq: news.data.seq });
      case "typing.changed":
        if (news.data.author.kind === "contact") return;
        this.apply({ type: "typing", author: news.data.author, on: news.data.on, now: Date.now() });
        return this.watchTyping();
      case "server.leaving":
        return;
    }
  }

  /** Dots may not outlive their time, even when nothing more is heard. */
  private watchTyping(): void {
    clearTimeout(this.lookTimer);
    const typist = this.state.typist;
    if (!typist) return;
    this.lookTimer = setTimeout(
      () => this.apply({ type: "tick", now: Date.now() }),
      typist.until - Date.now() + 10,
    );
  }

  /** A message stays, marked as failed; a wish for a human or a rating that is not taken leaves no bubble behind. */
  private declined(clientId: string, wish: Wish, error: WireError): void {
    if (wish.kind !== "message") this.shipping.remove(clientId);
    // Already in line or already talking to someone: what was asked for has come true.
    if (wish.kind === "human" && error.code === "invalid_state") return;
    this.listener.refused(wish, error);
  }
}
