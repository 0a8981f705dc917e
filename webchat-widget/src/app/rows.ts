/** What the conversation shows, line by line, in order. Pure: state in, rows out. */

import type { AuthorView, OrderSummaryView, QuickReplyView, WidgetEntry } from "../protocol.gen";
import type { Item } from "./outbox";
import { type Rating, ratingForm, ratingsToShow } from "./rating";
import { type State, unconfirmed } from "./state";
import { dayOf, type LanguageCode, wordsOf } from "./words";

/** Messages of one author closer than this stand together. */
const GROUP = 5 * 60_000;

export type Delivery = "waiting" | "sent" | "seen" | "failed";

export interface MessageRow {
  kind: "message";
  key: string;
  own: boolean;
  author: AuthorView;
  text: string;
  at: string;
  /** First and last of a group of messages by the same author. */
  first: boolean;
  last: boolean;
  /** Only on the newest own message, and on each that waits or failed. */
  delivery: Delivery | null;
  failed: Item["failed"];
  replies: QuickReplyView[];
  /** The replies can still be used. */
  open: boolean;
  /** Title of the reply that was used. */
  chosen: string | null;
}

export type Row =
  | MessageRow
  | { kind: "day"; key: string; text: string }
  | { kind: "activity"; key: string; text: string; quote: string | null }
  | { kind: "order"; key: string; order: OrderSummaryView }
  | { kind: "suggestions"; key: string; questions: string[] }
  | { kind: "rating"; key: string; score: number | null }
  | { kind: "comment"; key: string }
  | { kind: "typing"; key: string; author: AuthorView };

export interface Frame {
  language: LanguageCode;
  now: number;
  greeting: string;
  suggestions: string[];
  /** The episode the visitor is rating right now, so that the form stays for the comment. */
  rating: Rating | null;
}

function activity(entry: WidgetEntry, language: LanguageCode): string {
  const words = wordsOf(language);
  const { body } = entry;
  switch (body.kind) {
    case "handed_off":
      if (body.opens_at) return words.handedOff.away;
      return body.reason === "requested" || body.reason === "not_understood" || body.reason === "topic"
        ? words.handedOff[body.reason]
        : words.handedOff.bot;
    case "taken":
      return words.taken(body.operator_name);
    case "released":
      return words.released;
    case "transferred":
      if (body.operator_name) return words.transferredTo(body.operator_name);
      return body.team ? words.transferredToTeam(words.teams[body.team] ?? body.team) : words.transferred;
    case "handed_back":
      return words.handedBack;
    case "resolved":
      return words.resolved;
    case "reopened":
      return words.reopened(body.operator_name);
    case "case_opened":
      return words.caseOpened[body.category](body.number);
    case "rated":
      return body.score === null ? words.commented : words.rated(body.score);
    case "message":
    case "order_placed":
      return "";
  }
}

/** The newest entry with replies is open until the visitor answers or someone else takes over. */
function openReplies(entries: readonly WidgetEntry[], outbox: readonly Item[]): number {
  if (outbox.some((item) => item.wish.kind !== "rating")) return 0;
  for (const entry of [...entries].reverse()) {
    if (entry.own && entry.body.kind === "message") return 0;
    if (entry.body.kind === "handed_off" || entry.body.kind === "taken") return 0;
    if (entry.body.kind === "message" && entry.body.quick_replies.length > 0) return entry.seq;
  }
  return 0;
}

/** What the visitor said right after these replies were offered. */
function answerTo(entries: readonly WidgetEntry[], index: number): string | null {
  for (const entry of entries.slice(index + 1)) {
    if (entry.body.kind === "message") return entry.own ? entry.body.text : null;
  }
  return null;
}

function grouped(rows: Row[]): Row[] {
  return rows.map((row, index) => {
    if (row.kind !== "message") return row;
    const joins = (other: Row | undefined) =>
      other?.kind === "message" &&
      other.own === row.own &&
      other.author.kind === row.author.kind &&
      other.author.name === row.author.name &&
      Math.abs(Date.parse(other.at) - Date.parse(row.at)) < GROUP;
    return { ...row, first: !joins(rows[index - 1]), last: !joins(rows[index + 1]) };
  });
}

const BLANK = { first: true, last: true, failed: null, replies: [], open: false, chosen: null };
const CONTACT: AuthorView = { kind: "contact", name: "" };
const BOT: AuthorView = { kind: "bot", name: "" };

export function rowsOf(state: State, frame: Frame): Row[] {
  const { timeline, conversation } = state;
  const { entries } = timeline;
  const waiting = unconfirmed(state);
  const rows: Row[] = [];
  const ratings = ratingsToShow(entries);
  const openSeq = openReplies(entries, waiting);
  const newestOwn =
    [...entries].reverse().find((entry) => entry.own && entry.body.kind === "message")?.seq ?? 0;
  let day = "";

  if (timeline.complete || !state.ready) {
    const at = entries[0]?.at ?? new Date(frame.now).toISOString();
    if (frame.greeting) {
      rows.push({
        ...BLANK,
        kind: "message",
        key: "greeting",
        own: false,
        author: BOT,
        text: frame.greeting,
        at,
        delivery: null,
      });
    }
  }
  entries.forEach((entry, index) => {
    const key = entry.client_id ?? `e${entry.seq}`;
    const label = dayOf(new Date(entry.at), new Date(frame.now), frame.language);
    if (label !== day) {
      if (day || label !== wordsOf(frame.language).today)
        rows.push({ kind: "day", key: `d${entry.seq}`, text: label });
      day = label;
    }
    const { body } = entry;
    if (body.kind === "message") {
      const seen = entry.seq <= (conversation?.read_by_operator ?? 0);
      rows.push({
        ...BLANK,
        kind: "message",
        key,
        own: entry.own,
        author: entry.author,
        text: body.text,
        at: entry.at,
        delivery: entry.seq === newestOwn ? (seen ? "seen" : "sent") : null,
        replies: body.quick_replies,
        open: entry.seq === openSeq,
        chosen: body.quick_replies.length > 0 ? answerTo(entries, index) : null,
      });
    } else if (body.kind === "order_placed") {
      rows.push({ kind: "order", key, order: body.order });
    } else if (body.kind !== "rated") {
      rows.push({ kind: "activity", key, text: activity(entry, frame.language), quote: null });
    } else {
      const shown = ratings.get(entry.seq);
      if (!shown) return;
      const text = activity({ ...entry, body: shown }, frame.language);
      rows.push({ kind: "activity", key, text, quote: shown.comment });
    }
  });

  const saidNothing = !entries.some((entry) => entry.own) && waiting.length === 0;
  if (saidNothing && frame.suggestions.length > 0 && timeline.complete) {
    rows.push({ kind: "suggestions", key: "suggestions", questions: frame.suggestions });
  }
  const form = ratingForm(state, frame.rating);
  const episode = conversation?.episode ?? 0;
  if (form === "rating") {
    const score = frame.rating?.episode === episode ? frame.rating.score : null;
    rows.push({ kind: form, key: `rating${episode}`, score });
  } else if (form === "comment") {
    rows.push({ kind: form, key: `comment${episode}` });
  }
  for (const item of waiting) {
    if (item.wish.kind === "message") {
      rows.push({
        ...BLANK,
        kind: "message",
        key: item.clientId,
        own: true,
        author: CONTACT,
        text: item.wish.text,
        at: new Date(item.at).toISOString(),
        delivery: item.failed ? "failed" : "waiting",
        failed: item.failed,
      });
    } else if (item.wish.kind === "human") {
      rows.push({
        kind: "activity",
        key: item.clientId,
        text: wordsOf(frame.language).askingForHuman,
        quote: null,
      });
    }
  }
  if (state.typist) rows.push({ kind: "typing", key: "typing", author: state.typist.author });
  return grouped(rows);
}
