import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConversationOpened, ConversationRow } from "@/protocol.gen";
import { useWorkspace } from "@/people/workspace";
import { fakeBrowser } from "@/realtime/fakebrowser";
import { connect, cut, only, reset, tell, waiting } from "@/realtime/fakehub";
import { useSession } from "@/session/session";
import { useConversations } from "./conversations";
import { entriesFrom, entryAt, rowOfSample } from "./samples";
import { useShipping } from "./shipping";

vi.mock("@/realtime/socket", () => import("@/realtime/fakehub"));

const since = "2026-11-23T09:00:00Z";
const anna = { id: "anna", name: "Anna", role: "operator", teams: ["support"], availability: "online", present: true, load: 0, capacity: 5 } as const;
const withAnna: ConversationRow["responder"] = { kind: "operator", operator_id: "anna", operator_name: "Anna", team: "support", since };
const page = (first: number, last: number, change: Partial<ConversationOpened> = {}): ConversationOpened => ({
  row: rowOfSample("a"), origin: null, understood: null, orders: [], cases: [], entries: entriesFrom(first, last), more: first > 1, read_by_contact: 0, read_by_me: 0, ...change,
} as ConversationOpened);
const appendedTo = (id: string, ...seqs: number[]): Promise<void> =>
  tell("timeline.appended", { conversation_id: id, entries: seqs.map((seq) => entryAt(seq)) });

let conversations: ReturnType<typeof useConversations>;
const seqs = (): number[] => conversations.get("a").timeline.entries.map((entry) => entry.seq);

async function opened(answer: ConversationOpened): Promise<void> {
  void conversations.open("a");
  await only("conversation.open").answer(answer);
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  fakeBrowser();
  reset();
  setActivePinia(createPinia());
  useSession().$patch({ status: "in", operator: { ...anna, login: "anna", teams: ["support"] } });
  useWorkspace();
  conversations = useConversations();
  await connect();
  await only("workspace.read").answer({ me: anna, colleagues: [anna], teams: [], board: { queued: 0, open: 0, mine: 0, bot: "ready" } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("an open conversation", () => {
  it("shows its newest page, and what came while it was being opened", async () => {
    void conversations.open("a");
    await appendedTo("a", 8);
    expect([conversations.get("a").status, seqs()]).toEqual(["loading", []]);
    await only("conversation.open").answer(page(5, 7));
    expect([conversations.get("a").status, seqs()]).toEqual(["ready", [5, 6, 7, 8]]);
    expect(waiting("timeline.read")).toEqual([]);
  });

  it("asks for what lies between, page by page, and shows nothing out of order meanwhile", async () => {
    await opened(page(1, 2));
    await appendedTo("a", 7);
    expect(seqs()).toEqual([1, 2]);
    expect(only("timeline.read").data).toMatchObject({ conversation_id: "a", after_seq: 2 });
    await only("timeline.read").answer({ entries: entriesFrom(3, 4), more: true });
    expect(only("timeline.read").data.after_seq).toBe(4);
    await only("timeline.read").answer({ entries: entriesFrom(5, 6), more: false });
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(waiting("timeline.read")).toEqual([]);
  });

  it("asks again for a gap that opened while it was asking, and never without end", async () => {
    await opened(page(1, 2));
    await appendedTo("a", 4);
    await appendedTo("a", 6);
    await only("timeline.read").answer({ entries: [entryAt(3)], more: false });
    expect(only("timeline.read").data.after_seq).toBe(4);
    await only("timeline.read").answer({ entries: [], more: true });
    expect([seqs(), waiting("timeline.read")]).toEqual([[1, 2, 3, 4], []]);
  });

  it("asks when a digest is ahead, and only then", async () => {
    await opened(page(1, 3));
    await tell("timeline.digest", { seqs: { a: 3, stranger: 9 } });
    expect(waiting("timeline.read")).toEqual([]);
    await tell("timeline.digest", { seqs: { a: 5 } });
    await only("timeline.read").answer({ entries: entriesFrom(4, 5), more: false });
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);
  });

  it("remembers a digest that comes while it is asking", async () => {
    await opened(page(1, 2));
    await tell("timeline.digest", { seqs: { a: 3 } });
    await tell("timeline.digest", { seqs: { a: 4 } });
    await only("timeline.read").answer({ entries: [entryAt(3)], more: false });
    await only("timeline.read").answer({ entries: [entryAt(4)], more: false });
    expect([seqs(), waiting("timeline.read")]).toEqual([[1, 2, 3, 4], []]);
  });

  it("asks when a row is ahead of what is shown", async () => {
    await opened(page(1, 2));
    await tell("conversation.updated", { row: rowOfSample("a", { version: 2 }), views: [] });
    expect(waiting("timeline.read")).toEqual([]);
    await tell("conversation.updated", { row: rowOfSample("a", { version: 3 }), views: [] });
    await only("timeline.read").answer({ entries: [entryAt(3)], more: false });
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it("says that it is not there for us; other refusals can be tried again", async () => {
    void conversations.open("a");
    await only("conversation.open").refuse({ code: "not_found", message: "", retryable: false });
    expect(conversations.get("a").status).toBe("missing");
    void conversations.open("a");
    expect(conversations.get("a").status).toBe("loading");
    await only("conversation.open").refuse({ code: "unavailable", message: "", retryable: true });
    expect(conversations.get("a").status).toBe("failed");
    await opened(page(1, 1));
    expect(conversations.get("a").status).toBe("ready");
  });

  it("stays as it is while the line is cut, and is opened again after it", async () => {
    await opened(page(1, 3));
    await cut();
    expect([conversations.get("a").status, seqs()]).toEqual(["ready", [1, 2, 3]]);
    await connect();
    await only("conversation.open").answer(page(6, 8));
    expect(only("timeline.read").data.after_seq).toBe(3);
    await only("timeline.read").answer({ entries: entriesFrom(4, 5), more: false });
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("is not opened again once it is closed", async () => {
    await opened(page(1, 1));
    conversations.close("a");
    await cut();
    await connect();
    expect(waiting("conversation.open")).toEqual([]);
  });

  it("is wiped when it is hidden from us", async () => {
    await opened(page(1, 3));
    await tell("conversation.hidden", { conversation_id: "a" });
    expect(conversations.get("a")).toMatchObject({ status: "missing", row: null, orders: [] });
    expect(seqs()).toEqual([]);
  });

  it("never goes back to an older version", async () => {
    await opened(page(1, 1, { row: rowOfSample("a", { version: 5 }) }));
    await tell("conversation.updated", { row: rowOfSample("a", { version: 4, language: "en" }), views: [] });
    expect(conversations.get("a").row?.version).toBe(5);
    await tell("conversation.updated", { row: rowOfSample("a", { version: 6 }), views: [] });
    expect(conversations.get("a").row?.version).toBe(6);
  });

  it("forgets what was understood when a new episode begins", async () => {
    const understood = { intent: "greet", confidence: 0.9, entities: {} };
    const words = { kind: "message" as const, text: "hello", quick_replies: [], pressed: false };
    await opened(page(1, 1));
    await tell("timeline.appended", { conversation_id: "a", entries: [entryAt(2, { body: { ...words, understood } })] });
    expect(conversations.get("a").understood).toEqual(understood);
    const again = entryAt(3, { episode: 2, body: { ...words, understood: null } });
    await tell("timeline.appended", { conversation_id: "a", entries: [again] });
    expect(conversations.get("a").understood).toBeNull();
  });

  it("turns what we wrote into its entry, once, whether the answer or the event comes first", async () => {
    await opened(page(1, 1, { row: rowOfSample("a", { responder: withAnna }) }));
    const texts = (): string[] => conversations.lines("a").flatMap((line) => ("text" in line ? [line.text] : []));
    for (const [seq, eventFirst] of [[2, true], [3, false]] as const) {
      useShipping().write("a", "message", "hello");
      const { answer, data } = only("message.send");
      const entry = entryAt(seq, { client_id: String(data.client_id), own: true, body: { kind: "message", text: "hello", quick_replies: [], pressed: false, understood: null } });
      const event = (): Promise<void> => tell("timeline.appended", { conversation_id: "a", entries: [entry] });
      if (eventFirst) await event();
      await answer({ entry });
      if (!eventFirst) await event();
      expect(seqs().at(-1)).toBe(seq);
      expect(texts()).toHaveLength(seq);
      expect(useShipping().of("a")).toEqual([]);
    }
  });

  it("loads older entries once, up to the beginning", async () => {
    await opened(page(51, 53));
    void conversations.loadOlder("a");
    void conversations.loadOlder("a");
    expect(only("timeline.read").data).toMatchObject({ before_seq: 51 });
    await only("timeline.read").answer({ entries: entriesFrom(1, 50), more: false });
    expect(seqs()[0]).toBe(1);
    void conversations.loadOlder("a");
    expect(waiting("timeline.read")).toEqual([]);
  });

  it("tells “seen” only for who is in charge, once, and as soon as they are", async () => {
    await opened(page(1, 2));
    conversations.seen("a");
    expect(waiting("cursor.move")).toEqual([]);
    await tell("conversation.updated", { row: rowOfSample("a", { version: 2, responder: withAnna }), views: ["mine"] });
    expect(only("cursor.move").data).toEqual({ conversation_id: "a", seq: 2 });
    await only("cursor.move").answer({});
    conversations.seen("a");
    expect(waiting("cursor.move")).toEqual([]);
  });

  it("shows who types, but not ourselves, and forgets it after six seconds", async () => {
    await opened(page(1, 1));
    await tell("typing.changed", { conversation_id: "a", author: { kind: "operator", name: "Anna" }, on: true });
    await tell("typing.changed", { conversation_id: "a", author: { kind: "contact", name: "Jana" }, on: true });
    expect(conversations.get("a").typists.map((one) => one.name)).toEqual(["Jana"]);
    await vi.advanceTimersByTimeAsync(6_200);
    expect(conversations.get("a").typists).toEqual([]);
  });

  it("is forgotten with the session", async () => {
    await opened(page(1, 3));
    conversations.forget();
    await cut();
    await connect();
    expect(waiting("conversation.open")).toEqual([]);
    expect(seqs()).toEqual([]);
    expect(useWorkspace().me?.id).toBe("anna");
  });
});
