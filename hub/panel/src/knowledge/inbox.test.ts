import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";

vi.mock("@/session/http", async () => {
  const { FakeApiError, api } = await import("./fakehub");
  return { ApiError: FakeApiError, api };
});
vi.mock("@/realtime/connection", () => ({ useConnection: () => ({ whenOnline: () => undefined }) }));
vi.mock("@/session/session", () => ({ useSession: () => ({ status: "in", operator: { id: "jana" }, check: vi.fn() }) }));

import { answer, refusal, reset, sent, storage } from "./fakehub";
import { after, joined, useInbox, without } from "./inbox";
import { useKnowledge } from "./overview";
import { alike, draft, overview, training, unanswered } from "./samples";
import { useTalk } from "./talk";
import { useTraining } from "./training";

vi.stubGlobal("sessionStorage", storage);
const GROUPS = [alike("g1", "a", "b"), alike("g2", "c")];

beforeEach(async () => {
  vi.useRealTimers();
  reset();
  setActivePinia(createPinia());
  answer("GET ", overview());
  answer("GET /findings", []);
  await useKnowledge().load();
});

it("takes out what was dealt with, and knows what comes next", () => {
  expect(without(GROUPS, "c").map((group) => group.id)).toEqual(["g1"]);
  expect([after(GROUPS, "a"), after(GROUPS, "c"), after([alike("g", "x")], "x")]).toEqual(["b", "b", null]);
});

it("joins a later page without showing anything twice", () => {
  expect(joined(GROUPS, [alike("g2", "c", "d"), alike("g3", "e"), alike("g4", "a")])).toEqual([alike("g1", "a", "b"), alike("g2", "c", "d"), alike("g3", "e")]);
});

describe("the inbox", () => {
  const page = { groups: GROUPS, next: "2", open: 3 };

  it("places a sentence over the draft that is known, and lets it go only once the hub has it", async () => {
    answer("GET /unanswered", page);
    const inbox = useInbox();
    await inbox.load();
    const where = { topic: "ask_invoice", language: "cs", text: "věta", marks: [] };
    answer("POST /unanswered/a/place", refusal({ code: "bad_request", message: "no" }));
    await expect(inbox.put("a", where)).rejects.toThrow();
    expect(inbox.groups).toEqual(GROUPS);
    answer("POST /unanswered/a/place", { draft: draft({ version: 2 }), sentence: unanswered("a") });
    await inbox.put("a", where);
    expect(sent("POST /unanswered/a/place").at(-1)).toEqual({ version: 1, ...where });
    expect(inbox.groups).toEqual([alike("g1", "b"), alike("g2", "c")]);
  });

  it("asks what the models make of a group once, and again when the models are new", async () => {
    const inbox = useInbox();
    const read = { topic: "greet", confidence: 1, entities: [], guesses: [], answer: null };
    answer("POST /understood", ({ texts }: { texts: string[] }) => ({ published: texts.map(() => read), draft: null }));
    await inbox.understandAll(GROUPS[0]?.sentences ?? []);
    await inbox.understandAll(GROUPS[0]?.sentences ?? []);
    expect(sent("POST /understood")).toEqual([{ texts: ["věta a", "věta b"] }]);
    expect(inbox.read.get("věta b")).toEqual({ published: read, draft: null });
    inbox.readAnew();
    await inbox.understandAll(GROUPS[0]?.sentences ?? []);
    expect(sent("POST /understood")).toHaveLength(2);
  });

  it("shows the list that was asked for last", async () => {
    const inbox = useInbox();
    let open: (page: unknown) => void = () => undefined;
    answer("GET /unanswered", () => new Promise((resolve) => (open = resolve)));
    const first = inbox.load("open");
    answer("GET /unanswered", { groups: [alike("p", "z")], next: null, open: 3 });
    await inbox.load("placed");
    open(page);
    await first;
    expect(inbox.groups).toEqual([alike("p", "z")]);
  });
});

describe("a training", () => {
  it("is followed while it runs, and no longer", async () => {
    vi.useFakeTimers();
    const store = useTraining();
    answer("POST /trainings", training({ progress: 0 }));
    answer("GET /trainings/current", training());
    await store.begin();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(sent("POST /trainings")).toEqual([{ version: 1 }]);
    const before = sent("GET /trainings/current").length;
    expect(before).toBe(3);
    answer("GET /trainings/current", training({ state: "done", progress: 1 }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent("GET /trainings/current")).toHaveLength(before + 1);
    expect([store.running, store.current?.state]).toEqual([false, "done"]);
  });

  it("stays as it was known when it cannot be asked for", async () => {
    vi.useFakeTimers();
    const store = useTraining();
    answer("GET /trainings/current", training());
    await store.load();
    answer("GET /trainings/current", refusal(null));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.current?.state).toBe("training");
    answer("GET /trainings/current", training({ state: "failed", message: "x" }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.current?.state).toBe("failed");
  });
});

describe("a talk", () => {
  const reply = { said: [{ text: "Dobrý den.", buttons: [] }], handoff: null, understood: { topic: "greet", confidence: 1, entities: [], guesses: [], answer: null }, outdated: false };

  it("goes on with both, asks again while a model is being loaded, and takes one sentence at a time", async () => {
    vi.useFakeTimers();
    const talk = useTalk();
    talk.shown = "both";
    answer("POST /try", ({ model }: { model: string }) => (model === "draft" ? refusal({ code: "unavailable", retry_after: 1 })() : reply));
    talk.write("ahoj");
    await vi.advanceTimersByTimeAsync(10);
    expect([talk.talks.published.turns.length, talk.talks.draft.turns.length, talk.talks.draft.loading]).toEqual([2, 1, true]);
    talk.press("draft", { title: "Tarify", payload: "/ask_tariffs" });
    expect(talk.talks.draft.turns).toHaveLength(1);
    answer("POST /try", reply);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([talk.talks.draft.turns.length, talk.talks.draft.loading]).toEqual([2, false]);
    talk.press("draft", { title: "Tarify", payload: "/ask_tariffs" });
    expect(sent("POST /try").at(-1)).toMatchObject({ model: "draft", text: "/ask_tariffs", payload: true, talk: talk.talks.draft.id });
  });

  it("begins anew without the answer to what was said before", async () => {
    const talk = useTalk();
    let open: (reply: unknown) => void = () => undefined;
    answer("POST /try", () => new Promise((resolve) => (open = resolve)));
    talk.write("ahoj");
    const { id } = talk.talks.draft;
    answer(`DELETE /try/${id}`, null);
    talk.restart();
    open(reply);
    await vi.waitFor(() => expect(sent(`DELETE /try/${id}`)).toHaveLength(1));
    expect(talk.talks.draft.turns).toEqual([]);
  });
});
