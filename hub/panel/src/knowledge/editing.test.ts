import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";

vi.mock("@/session/http", async () => {
  const { FakeApiError, api } = await import("./fakehub");
  return { ApiError: FakeApiError, api };
});
vi.mock("@/realtime/connection", () => ({ useConnection: () => ({ whenOnline: () => undefined }) }));
vi.mock("@/session/session", () => ({ useSession: () => ({ status: "in", operator: { id: "jana" }, check: vi.fn() }) }));

import { useEditing } from "./editing";
import { answer, keptAs, refusal, reset, sent, storage } from "./fakehub";
import { useKnowledge } from "./overview";
import { added, draft, overview, training } from "./samples";

vi.stubGlobal("sessionStorage", storage);

beforeEach(() => {
  reset();
  setActivePinia(createPinia());
  answer("GET ", overview());
  answer("GET /findings", []);
});

async function opened() {
  const [knowledge, editing] = [useKnowledge(), useEditing()];
  editing.begin();
  await knowledge.load();
  return { knowledge, editing };
}

const versions = (): unknown[] => sent("POST /edits").map((body) => (body as { version: number }).version);

describe("edits on their way", () => {
  it("go out in order, each over the version that the one before has made", async () => {
    const { editing } = await opened();
    let version = 1;
    answer("POST /edits", () => draft({ version: ++version }));
    answer("GET ", () => overview({ draft: draft({ version }) }));
    expect(await Promise.all([editing.edit(added("a")), editing.edit(added("b"))])).toEqual([{ state: "saved" }, { state: "saved" }]);
    expect(versions()).toEqual([1, 2]);
    expect([editing.waiting, keptAs("unsent")]).toEqual([0, undefined]);
  });

  it("are shown to a page until it has read them", async () => {
    const { editing } = await opened();
    const before = performance.now();
    answer("POST /edits", draft({ version: 2 }));
    await editing.edit(added("a"));
    expect(editing.since(before)).toEqual([added("a")]);
    expect(editing.since(performance.now() + 1)).toEqual([]);
  });

  it("wait on this computer while the hub cannot be reached, and go out once it can", async () => {
    const { editing } = await opened();
    answer("POST /edits", refusal(null));
    expect(await editing.edit(added("a"))).toEqual({ state: "waiting" });
    expect([editing.waiting, editing.unreachable]).toEqual([1, true]);
    expect(keptAs("unsent")).toContain('"a"');
    setActivePinia(createPinia()); // the page is loaded again
    const { knowledge, editing: again } = await opened();
    answer("POST /edits", draft({ version: 2 }));
    await knowledge.load();
    await vi.waitFor(() => expect(again.waiting).toBe(0));
    expect(sent("POST /edits")).toHaveLength(3);
    expect(keptAs("unsent")).toBeUndefined();
  });

  it("are told again over the version of a quicker window", async () => {
    const { editing } = await opened();
    answer("POST /edits", ({ version }: { version: number }) => (version === 7 ? draft({ version: 8 }) : refusal({ code: "conflict", details: { version: 7 } })()));
    answer("GET /draft", { version: 7, edits: [], changes: [] });
    expect(await editing.edit(added("a"))).toEqual({ state: "saved" });
    expect(versions()).toEqual([1, 7]);
  });

  it("are not made twice when the answer was lost on its way", async () => {
    const { editing } = await opened();
    answer("POST /edits", refusal({ code: "conflict", details: { version: 2 } }));
    const { kind, ...rest } = added("a");
    answer("GET /draft", { version: 2, edits: [{ id: "1", at: "", edit: { ...rest, kind }, conflict: null }], changes: [] });
    expect(await editing.edit(added("a"))).toEqual({ state: "saved" });
    expect(sent("POST /edits")).toHaveLength(1);
  });

  it("go out in batches that the hub takes", async () => {
    const { editing } = await opened();
    answer("POST /edits", draft({ version: 2 }));
    expect(await editing.edit(...Array.from({ length: 230 }, (_, n) => added(`věta ${n}`)))).toEqual({ state: "saved" });
    expect(sent("POST /edits").map((body) => (body as { edits: unknown[] }).edits.length)).toEqual([100, 100, 30]);
  });

  it("say why they were refused, and let the next one go", async () => {
    const { editing } = await opened();
    const error = { code: "bad_request", message: "An opening bracket has no closing one." };
    answer("POST /edits", ({ edits }: { edits: { text: string }[] }) => (edits[0]?.text === "[a](b" ? refusal(error)() : draft({ version: 2 })));
    const [bad, good] = await Promise.all([editing.edit(added("[a](b")), editing.edit(added("b"))]);
    expect([bad, good]).toEqual([{ state: "refused", error }, { state: "saved" }]);
    expect(editing.since(0)).toEqual([added("b")]);
  });

  it("that somebody else has overtaken are told so, not told again", async () => {
    const { editing } = await opened();
    answer("POST /edits", refusal({ code: "conflict", message: "Somebody else has changed this.", details: { edit: 0, theirs: "x" } }));
    expect(await editing.edit(added("a"))).toMatchObject({ state: "refused", error: { code: "conflict" } });
    expect(sent("POST /edits")).toHaveLength(1);
  });
});

describe("the overview", () => {
  it("tells open pages to read anew only when something has changed", async () => {
    const { knowledge } = await opened();
    await knowledge.load();
    expect(knowledge.reads).toBe(1);
    answer("GET ", overview({ training: training({ progress: 0.1 }) }));
    await knowledge.load();
    answer("GET ", overview({ revision: "r2", training: training({ progress: 0.2 }) }));
    await knowledge.load();
    expect(knowledge.reads).toBe(2);
    answer("GET ", overview({ text: "t2", training: training({ progress: 0.3 }) }));
    await knowledge.load();
    expect(knowledge.reads).toBe(3);
  });

  it("keeps what it has when it cannot be read anew, and tells a role that sees nothing", async () => {
    const { knowledge } = await opened();
    answer("GET ", refusal(null));
    await knowledge.load();
    expect([knowledge.state, knowledge.trouble, knowledge.overview?.topics.length]).toEqual(["ready", { error: null }, 2]);
    knowledge.forget();
    await knowledge.load();
    expect(knowledge.state).toBe("failed");
    answer("GET ", refusal({ code: "forbidden" }));
    await knowledge.load();
    expect(knowledge.state).toBe("forbidden");
  });
});
