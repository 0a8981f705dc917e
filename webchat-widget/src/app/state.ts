/** Everything the chat knows, and how each piece of news changes it. Pure. */

import type { AuthorView, WidgetConversation, WidgetEntry } from "../protocol.gen";
import type { Outbox } from "./outbox";
import { appended, begun, lastSeq, NOTHING_YET, noted, preceded, type Timeline } from "./timeline";

/** Typing is forgotten after this many milliseconds without news. */
export const TYPING_LASTS = 6_000;
/** The bot's answer is due in 8 s; after that a human is asked, so nobody is shown dots for longer. */
export const BOT_THINKS = 9_000;

export type LinkState = "connecting" | "online" | "offline" | "unavailable";

export interface Typist {
  readonly author: AuthorView;
  readonly until: number;
}

export interface State {
  readonly link: LinkState;
  /** The hub is there but cannot save anything for now. */
  readonly away: boolean;
  /** The first page has arrived. */
  readonly ready: boolean;
  readonly timeline: Timeline;
  readonly conversation: WidgetConversation | null;
  readonly outbox: Outbox;
  readonly typist: Typist | null;
  /** The public seq up to which the visitor has seen everything. */
  readonly readTo: number;
  readonly loadingOlder: boolean;
}

export const START: State = {
  link: "connecting",
  away: false,
  ready: false,
  timeline: NOTHING_YET,
  conversation: null,
  outbox: [],
  typist: null,
  readTo: 0,
  loadingOlder: false,
};

export type News =
  | { type: "link"; link: LinkState }
  | { type: "away"; on: boolean }
  | { type: "began"; entries: WidgetEntry[]; more: boolean; conversation: WidgetConversation }
  | { type: "older"; entries: WidgetEntry[]; more: boolean }
  | { type: "loading-older"; on: boolean }
  | { type: "appended"; entries: WidgetEntry[]; now: number }
  | { type: "conversation"; conversation: WidgetConversation }
  | { type: "digest"; seq: number }
  | { type: "seen"; seq: number }
  | { type: "read"; seq: number }
  | { type: "typing"; author: AuthorView; on: boolean; now: number }
  | { type: "tick"; now: number }
  | { type: "outbox"; outbox: Outbox }
  | { type: "forgotten" };

/** The newer of both; the same version may still bring a new place in the queue. */
function newer(old: WidgetConversation | null, fresh: WidgetConversation): WidgetConversation {
  if (old && old.id === fresh.id && fresh.version < old.version) return old;
  const read =
    old?.id === fresh.id ? Math.max(old.read_by_operator, fresh.read_by_operator) : fresh.read_by_operator;
  return read === fresh.read_by_operator ? fresh : { ...fresh, read_by_operator: read };
}

function typistAfter(state: State, entries: readonly WidgetEntry[], now: number): Typist | null {
  const newest = entries.filter((entry) => entry.seq > lastSeq(state.timeline)).at(-1);
  if (!newest) return state.typist;
  if (!newest.own) return null;
  const bot = state.conversation?.responder.kind === "bot" && newest.body.kind === "message";
  return bot ? { author: { kind: "bot", name: "" }, until: now + BOT_THINKS } : state.typist;
}

export function reduce(state: State, news: News): State {
  switch (news.type) {
    case "link":
      return state.link === news.link ? state : { ...state, link: news.link };
    case "away":
      return state.away === news.on ? state : { ...state, away: news.on };
    case "began":
      return {
        ...state,
        ready: true,
        timeline: noted(begun(news.entries, news.more), state.timeline.known),
        conversation: newer(state.conversation, news.conversation),
      };
    case "older":
      return {
        ...state,
        loadingOlder: false,
        timeline: preceded(state.timeline, news.entries, news.more),
      };
    case "loading-older":
      return { ...state, loadingOlder: news.on };
    case "appended": {
      const typist = typistAfter(state, news.entries, news.now);
      if (!state.ready) {
        const newest = Math.max(0, ...news.entries.map((entry) => entry.seq));
        return { ...state, timeline: noted(state.timeline, newest) };
      }
      return { ...state, typist, timeline: appended(state.timeline, news.entries) };
    }
    case "conversation": {
      const conversation = newer(state.conversation, news.conversation);
      const withBot = conversation.responder.kind === "bot";
      return {
        ...state,
        conversation,
        typist: state.typist?.author.kind === "bot" && !withBot ? null : state.typist,
        timeline: state.ready ? noted(state.timeline, conversation.seq) : state.timeline,
      };
    }
    case "digest":
      return state.ready ? { ...state, timeline: noted(state.timeline, news.seq) } : state;
    case "seen": {
      const old = state.conversation;
      if (!old || news.seq <= old.read_by_operator) return state;
      return { ...state, conversation: { ...old, read_by_operator: news.seq } };
    }
    case "read":
      return news.seq > state.readTo ? { ...state, readTo: news.seq } : state;
    case "typing":
      return {
        ...state,
        typist: news.on ? { author: news.author, until: news.now + TYPING_LASTS } : null,
      };
    case "tick":
      return state.typist && state.typist.until <= news.now ? { ...state, typist: null } : state;
    case "outbox":
      return { ...state, outbox: news.outbox };
    case "forgotten":
      return { ...START, outbox: state.outbox };
  }
}

/** Messages and orders from the other side that the visitor has not seen. */
export function unread(state: State): number {
  return state.timeline.entries.filter(
    (entry) =>
      entry.seq > state.readTo &&
      !entry.own &&
      (entry.body.kind === "message" || entry.body.kind === "order_placed"),
  ).length;
}

/**
 * The visitor's place in line, 1 = next; null when not in line or not yet known.
 * Until the hub has counted, it is the place that the entry which put them there was given.
 */
export function placeInLine({ conversation, timeline }: State): number | null {
  if (conversation?.responder.kind !== "queued") return null;
  if (conversation.responder.place !== null) return conversation.responder.place;
  for (const { body } of [...timeline.entries].reverse()) {
    switch (body.kind) {
      case "handed_off":
        return body.place;
      case "released":
      case "transferred":
      case "taken":
      case "handed_back":
      case "resolved":
      case "reopened":
        return null;
    }
  }
  return null;
}

/** When people answer again, for who came in line outside of business hours; null once they do, or if they always did. */
export function backAt({ conversation, timeline }: State, now: number): Date | null {
  if (conversation?.responder.kind !== "queued") return null;
  for (const { body } of [...timeline.entries].reverse()) {
    if (body.kind === "taken" || body.kind === "released" || body.kind === "transferred") return null;
    if (body.kind !== "handed_off") continue;
    const at = body.opens_at ? new Date(body.opens_at) : null;
    return at && at.getTime() > now ? at : null;
  }
  return null;
}

/** What still waits and has not come back as an entry of the timeline. */
export function unconfirmed(state: State): Outbox {
  const known = new Set(state.timeline.entries.map((entry) => entry.client_id));
  return state.outbox.filter((item) => !known.has(item.clientId));
}
