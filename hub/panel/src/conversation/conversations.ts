/** The conversations that are open in this panel: their timelines, live and gapless. */
import { defineStore } from "pinia";
import { computed, reactive } from "vue";
import type {
  CaseView,
  Error as WireError,
  OperatorEntry,
  OrderView,
  OriginView,
  ConversationRow,
  UnderstoodView,
} from "@/protocol.gen";
import { useWorkspace } from "@/people/workspace";
import { useLists } from "@/queue/lists";
import { useConnection } from "@/realtime/connection";
import { RequestError, on, request } from "@/realtime/socket";
import { dayKey } from "@/words/format";
import { type Line, linesOf } from "./lines";
import { isMine } from "./rules";
import { useShipping } from "./shipping";
import { type Timeline, appended, emptyTimeline, extended, firstSeq, lastSeq, missingAfter, opened } from "./timeline";
import { type Typist, stillTyping, typistsChanged, TYPING_LASTS } from "./typing";

export interface Opened {
  status: "loading" | "ready" | "missing" | "failed";
  row: ConversationRow | null;
  origin: OriginView | null;
  understood: UnderstoodView | null;
  orders: readonly OrderView[];
  cases: readonly CaseView[];
  timeline: Timeline;
  readByContact: number;
  typists: readonly Typist[];
  loadingOlder: boolean;
}

const PAGE = 50;
const PULL = 200;
const PULL_AGAIN = 2_000;

export const useConversations = defineStore("conversations", () => {
  const known = reactive(new Map<string, Opened>());
  const watched = new Set<string>();
  const pulling = new Set<string>();
  /** The newest seq of each conversation that is said to exist, held or not. */
  const newest = new Map<string, number>();
  const told = new Map<string, number>();
  /** Up to where each conversation was on the screen of somebody who looks. */
  const looked = new Map<string, number>();

  function get(id: string): Opened {
    let one = known.get(id);
    if (!one) {
      known.set(id, blank());
      one = known.get(id) as Opened;
    }
    return one;
  }

  /** Watch a conversation and read its newest page; after a reconnect, read what was missed. */
  async function open(id: string): Promise<void> {
    watched.add(id);
    const one = get(id);
    if (one.status === "failed" || one.status === "missing") one.status = "loading";
    try {
      const page = await request("conversation.open", { conversation_id: id });
      Object.assign(one, { row: newer(one.row, page.row), origin: page.origin, understood: page.understood, orders: page.orders, cases: page.cases });
      one.readByContact = Math.max(one.readByContact, page.read_by_contact);
      one.timeline = opened(one.timeline, page.entries, page.more);
      one.status = "ready";
      useLists().saw(page.row);
      settled(one);
      void pull(id);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      if (failure.error.code === "not_found" || failure.error.code === "forbidden") one.status = "missing";
      else if (one.status === "loading" && useConnection().state === "online") one.status = "failed";
    }
  }

  function close(id: string): void {
    watched.delete(id);
    void request("conversation.close", { conversation_id: id }).catch(ignoreRefusal);
  }

  function take(id: string, entries: readonly OperatorEntry[]): void {
    const one = known.get(id);
    if (!one) return;
    const before = one.timeline.entries.at(-1)?.episode ?? 0;
    one.timeline = appended(one.timeline, entries);
    const episode = one.timeline.entries.at(-1)?.episode ?? 0;
    // What was understood is of an episode: a new one begins with nothing.
    if (before > 0 && episode > before) one.understood = null;
    const understood = [...entries].reverse().find((entry) => entry.episode === episode && entry.body.kind === "message" && entry.body.understood);
    if (understood?.body.kind === "message") one.understood = understood.body.understood;
    settled(one);
    if (missingAfter(one.timeline) !== null) void pull(id);
  }

  function settled(one: Opened): void {
    useShipping().shown(one.timeline.entries);
  }

  /** Ask for what is missing until nothing is. What is told while a page is under way is remembered: it may not be in it. */
  async function pull(id: string, seq = 0): Promise<void> {
    const one = known.get(id);
    if (!one) return;
    newest.set(id, Math.max(seq, newest.get(id) ?? 0));
    if (pulling.has(id)) return;
    pulling.add(id);
    try {
      let after = missingAfter(one.timeline, newest.get(id));
      while (after !== null) {
        const page = await request("timeline.read", { conversation_id: id, after_seq: after, limit: PULL });
        one.timeline = appended(one.timeline, page.entries);
        settled(one);
        const further = page.more ? lastSeq(one.timeline) : missingAfter(one.timeline, newest.get(id));
        // Where nothing came, asking again would not help.
        after = further !== null && further > after ? further : null;
      }
    } catch (failure) {
      // A hub that is away is asked again when it is back, by the connection; a digest is not told twice.
      const later = failure instanceof RequestError && failure.error.code === "rate_limited";
      if (later) setTimeout(() => void pull(id), PULL_AGAIN * (1 + Math.random()));
      else ignoreRefusal(failure);
    } finally {
      pulling.delete(id);
    }
  }

  async function loadOlder(id: string): Promise<void> {
    const one = get(id);
    if (one.loadingOlder || !one.timeline.older) return;
    one.loadingOlder = true;
    try {
      const page = await request("timeline.read", { conversation_id: id, before_seq: firstSeq(one.timeline), limit: PAGE });
      one.timeline = extended(one.timeline, page.entries, page.more);
    } catch (failure) {
      ignoreRefusal(failure);
    } finally {
      one.loadingOlder = false;
    }
  }

  on("timeline.appended", ({ conversation_id, entries }) => take(conversation_id, entries));
  on("timeline.digest", ({ seqs }) => {
    for (const [id, seq] of Object.entries(seqs)) void pull(id, seq);
  });
  on("conversation.updated", ({ row }) => {
    const one = known.get(row.id);
    if (!one) return;
    one.row = newer(one.row, row);
    void pull(row.id, row.version);
    tellSeen(row.id);
  });
  on("conversation.hidden", ({ conversation_id }) => {
    const one = known.get(conversation_id);
    if (one) Object.assign(one, { ...blank(), status: "missing" });
  });
  on("cursor.moved", ({ conversation_id, reader, seq }) => {
    const one = known.get(conversation_id);
    if (one && reader === "contact") one.readByContact = Math.max(one.readByContact, seq);
  });
  on("order.changed", ({ conversation_id, order }) => orderPlaced(conversation_id, order));
  on("case.changed", ({ conversation_id, case: changed }) => {
    const one = known.get(conversation_id);
    if (one) one.cases = [changed, ...one.cases.filter((other) => other.id !== changed.id)];
  });
  on("typing.changed", ({ conversation_id, author, on: typing }) => {
    const one = known.get(conversation_id);
    if (!one || (author.kind === "operator" && author.name === useWorkspace().me?.name)) return;
    one.typists = typistsChanged(one.typists, author, typing, Date.now());
    setTimeout(() => (one.typists = stillTyping(one.typists, Date.now())), TYPING_LASTS + 100);
  });

  const connection = useConnection();
  connection.whenOnline(() => {
    told.clear();
    for (const id of watched) void open(id);
  });
  useShipping().whenAccepted((id, entry) => take(id, [entry]));

  function orderPlaced(id: string, order: OrderView): void {
    const one = known.get(id);
    if (one) one.orders = [order, ...one.orders.filter((other) => other.id !== order.id)];
  }

  /** The newest entry is on the screen. */
  function seen(id: string): void {
    looked.set(id, lastSeq(get(id).timeline));
    tellSeen(id);
  }

  /** "Seen" is a promise to answer: only who is in charge gives it, a look over the shoulder does not. */
  function tellSeen(id: string): void {
    const seq = looked.get(id) ?? 0;
    const [row, me] = [known.get(id)?.row, useWorkspace().me];
    if (!row || !me || !isMine(row, me) || seq <= (told.get(id) ?? 0)) return;
    told.set(id, seq);
    void request("cursor.move", { conversation_id: id, seq }).catch((failure: unknown) => {
      told.delete(id);
      ignoreRefusal(failure);
    });
  }

  /** Returns why it was refused, or null. */
  async function rename(id: string, change: { name?: string; phone?: string }): Promise<WireError | null> {
    try {
      const contact = await request("contact.rename", { conversation_id: id, ...change });
      const one = get(id);
      if (one.row) one.row = { ...one.row, contact };
      return null;
    } catch (failure) {
      if (failure instanceof RequestError) return failure.error;
      throw failure;
    }
  }

  function lines(id: string): Line[] {
    const one = get(id);
    const me = useWorkspace().me?.name ?? "";
    return linesOf({ entries: one.timeline.entries, outbox: useShipping().of(id), readByContact: one.readByContact, me, dayOf: dayKey });
  }

  function forget(): void {
    known.clear();
    newest.clear();
    watched.clear();
    looked.clear();
  }

  return { get, open, close, loadOlder, lines, seen, rename, orderPlaced, took: take, forget, unsentCount: computed(() => useShipping().unsentCount) };
});

function blank(): Opened {
  return {
    status: "loading", row: null, origin: null, understood: null, orders: [], cases: [], timeline: emptyTimeline,
    readByContact: 0, typists: [], loadingOlder: false,
  };
}

function newer(one: ConversationRow | null, other: ConversationRow): ConversationRow {
  return one && one.version > other.version ? one : other;
}

/** A refusal that the next event, digest or reconnect makes good. */
function ignoreRefusal(failure: unknown): void {
  if (!(failure instanceof RequestError)) throw failure;
}
