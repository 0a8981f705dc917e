/** From entries and unsent words to the lines of the screen. Pure. */
import type { AuthorView, DeliveredBody, OperatorEntry, OperatorMessageBody } from "@/protocol.gen";
import type { OutboxItem } from "./outbox";

/** Waiting: not yet accepted. Uncertain: the channel did not say whether it arrived. */
export type Delivery = "waiting" | "sent" | "seen" | "failed" | "undelivered" | "uncertain";

export interface DayLine { readonly kind: "day"; readonly key: string; readonly at: string }
export interface ActivityLine { readonly kind: "activity"; readonly key: string; readonly entry: OperatorEntry }
export interface OrderLine { readonly kind: "order"; readonly key: string; readonly entry: OperatorEntry }
export interface BubbleLine {
  readonly kind: "message" | "note";
  readonly key: string;
  readonly author: AuthorView;
  readonly own: boolean;
  readonly at: string;
  readonly text: string;
  readonly body: OperatorMessageBody | null;
  /** First and last of a group of one author's messages. */
  readonly first: boolean;
  readonly last: boolean;
  readonly delivery: Delivery | null;
  readonly failure: string | null;
  readonly item: OutboxItem | null;
}
export type Line = DayLine | ActivityLine | OrderLine | BubbleLine;

/** Messages of one author this close together (ms) are one group. */
const GROUP = 5 * 60_000;

export interface LinesInput {
  readonly entries: readonly OperatorEntry[];
  readonly outbox: readonly OutboxItem[];
  readonly readByContact: number;
  readonly me: string;
  /** The calendar day of a moment in the reader's time zone, as a key that sorts like the days. */
  readonly dayOf: (at: string) => string;
}

export function linesOf({ entries, outbox, readByContact, me, dayOf }: LinesInput): Line[] {
  const outcomes = outcomesOf(entries);
  const shownIds = new Set(entries.map((entry) => entry.client_id).filter((id) => id !== null));
  const lines: Line[] = [];
  let day = "";
  const under = (at: string): void => {
    // Words that have waited since yesterday stand among today's: the days never go back.
    if (dayOf(at) <= day) return;
    day = dayOf(at);
    lines.push({ kind: "day", key: `day-${day}`, at });
  };
  for (const entry of entries) {
    if (entry.body.kind === "delivered") continue;
    under(entry.at);
    lines.push(lineOf(entry, outcomes.get(entry.seq), readByContact));
  }
  for (const item of outbox) {
    if (shownIds.has(item.client_id)) continue;
    const at = new Date(item.written_at).toISOString();
    under(at);
    lines.push(pending(item, at, me));
  }
  return grouped(lines);
}

/** The last outcome of each entry's delivery to an outside channel. */
function outcomesOf(entries: readonly OperatorEntry[]): Map<number, DeliveredBody> {
  const outcomes = new Map<number, DeliveredBody>();
  for (const { body } of entries) {
    if (body.kind !== "delivered") continue;
    const earlier = outcomes.get(body.target_seq);
    if (!earlier || earlier.attempt <= body.attempt) outcomes.set(body.target_seq, body);
  }
  return outcomes;
}

function lineOf(entry: OperatorEntry, outcome: DeliveredBody | undefined, readByContact: number): Line {
  const { body } = entry;
  // A message waiting to be sent has the same key as its entry, so that its bubble stays the same element.
  const key = entry.client_id ?? `entry-${entry.seq}`;
  if (body.kind === "order_placed") return { kind: "order", key, entry };
  if (body.kind !== "message" && body.kind !== "note") return { kind: "activity", key, entry };
  const ours = body.kind === "message" && entry.author.kind === "operator";
  return {
    kind: body.kind,
    key,
    author: entry.author,
    own: entry.own,
    at: entry.at,
    text: body.text,
    body: body.kind === "message" ? body : null,
    first: true,
    last: true,
    delivery: ours || outcome ? deliveryOf(entry.seq, outcome, readByContact) : null,
    failure: outcome?.error ?? null,
    item: null,
  };
}

function deliveryOf(seq: number, outcome: DeliveredBody | undefined, readByContact: number): Delivery {
  if (outcome?.outcome === "failed") return "undelivered";
  if (outcome?.outcome === "ambiguous") return "uncertain";
  return seq <= readByContact ? "seen" : "sent";
}

function pending(item: OutboxItem, at: string, me: string): BubbleLine {
  const failed = item.state === "failed";
  return {
    kind: item.kind,
    key: item.client_id,
    author: { kind: "operator", name: me },
    own: true,
    at,
    text: item.text,
    body: null,
    first: true,
    last: true,
    delivery: failed ? "failed" : item.state === "accepted" ? (item.kind === "note" ? null : "sent") : "waiting",
    failure: failed ? (item.error?.code ?? null) : null,
    item,
  };
}

function grouped(lines: Line[]): Line[] {
  return lines.map((line, index) => {
    if (line.kind !== "message") return line;
    return { ...line, first: !together(lines[index - 1], line), last: !together(line, lines[index + 1]) };
  });
}

function together(earlier: Line | undefined, later: Line | undefined): boolean {
  if (earlier?.kind !== "message" || later?.kind !== "message") return false;
  const same = earlier.author.kind === later.author.kind && earlier.author.name === later.author.name;
  return same && Date.parse(later.at) - Date.parse(earlier.at) < GROUP;
}
