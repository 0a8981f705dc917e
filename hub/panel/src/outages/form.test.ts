import { beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick } from "vue";

const { FakeApiError, api } = vi.hoisted(() => {
  class FakeApiError extends globalThis.Error {
    constructor(readonly error: unknown) {
      super("refused");
    }
  }
  return { FakeApiError, api: vi.fn() };
});
vi.mock("@/session/http", () => ({ ApiError: FakeApiError, api }));
vi.mock("@/session/session", () => ({ useSession: () => ({ operator: { id: "sara" }, check: vi.fn() }) }));

import { useOutageForm } from "./form";
import type { Outage } from "./outage";
import { outage } from "./samples";

const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
});

const TOLD = { texts: { cs: "Porucha: Brno.", en: "Fault: Brno." }, told_from: null };
const answers = new Map<string, () => unknown>();

const opened = (one: Outage | null) => effectScope().run(() => useOutageForm(one)) as ReturnType<typeof useOutageForm>;
const refuse = (error: unknown) => () => { throw new FakeApiError(error); };
const sent = (method: string): Record<string, unknown>[] => api.mock.calls.filter((call) => call[0] === method && !String(call[1]).endsWith("preview")).map((call) => call[2] as Record<string, unknown>);

beforeEach(() => {
  vi.useFakeTimers();
  kept.clear();
  answers.clear();
  api.mockReset();
  api.mockImplementation(async (method: string, path: string) => (answers.get(path.endsWith("preview") ? "preview" : method) ?? (() => TOLD))());
});

describe("the form of an outage", () => {
  it("shows what the bot will say after a pause, and asks once", async () => {
    const form = opened(null);
    form.draft.towns = ["Brno"];
    await nextTick();
    form.draft.towns = ["Brno", "Zlín"];
    await nextTick();
    await vi.advanceTimersByTimeAsync(500);
    expect(api).toHaveBeenCalledTimes(1);
    expect(form.told.value).toEqual(TOLD);
  });

  it("corrects nobody in a field that was not left yet", async () => {
    answers.set("preview", refuse({ code: "bad_request", details: { fields: { towns: { code: "required", message: "" }, starts: { code: "required", message: "" } } } }));
    const form = opened(null);
    await form.tell();
    expect(form.errors.value).toEqual({});
    form.leave("towns");
    expect(Object.keys(form.errors.value)).toEqual(["towns"]);
  });

  it("names all wrong fields when it is sent", async () => {
    answers.set("POST", refuse({ code: "bad_request", details: { fields: { "towns.0": { code: "name_invalid", message: "" }, "words.en": { code: "too_long", message: "" } } } }));
    const form = opened(null);
    expect(await form.save()).toBeNull();
    expect(Object.keys(form.errors.value)).toEqual(["towns", "words.en"]);
    expect(form.trouble.value).toBeNull();
  });

  it("is kept on this computer until it is saved, and stays one outage when an answer is lost", async () => {
    const first = opened(null);
    first.draft.towns = ["Brno"];
    await nextTick();
    answers.set("POST", refuse(null));
    expect(await first.save()).toBeNull();
    expect(first.trouble.value?.kind).toBe("unsure");
    const again = opened(null);
    expect(again.wasKept.value).toBe(true);
    expect(again.draft.towns).toEqual(["Brno"]);
    answers.set("POST", () => outage());
    expect(await again.save()).toEqual(outage());
    expect(new Set(sent("POST").map((body) => body.client_id)).size).toBe(1);
    expect(kept.size).toBe(0);
  });

  it("meets a quicker colleague without losing a word, and saves over their version only when told to", async () => {
    const form = opened(outage());
    form.draft.words.cs = "Naše.";
    const theirs = outage({ version: 2, updated_by: "Olga", words: { cs: "Jejich." }, streets: [] });
    answers.set("PUT", refuse({ code: "conflict", details: { outage: theirs, by: "Olga", fields: ["words", "streets"], deeds: ["changed"] } }));
    expect(await form.save()).toBeNull();
    expect(form.meeting.value).toMatchObject({ by: "Olga", taken: ["streets"], disputed: ["words"] });
    expect([form.draft.words.cs, form.draft.streets]).toEqual(["Naše.", []]);
    answers.set("PUT", () => outage({ version: 3 }));
    await form.save();
    expect(sent("PUT").map((body) => body.version)).toEqual([1, 2]);
  });

  it("takes theirs for one field, and hears of a colleague while it is open", async () => {
    const form = opened(outage());
    form.draft.words.cs = "Naše.";
    form.meet(outage({ version: 2, words: { cs: "Jejich." } }), "Olga");
    expect(form.meeting.value?.disputed).toEqual(["words"]);
    form.takeTheirs("words");
    expect(form.draft.words).toEqual({ cs: "Jejich." });
    expect(form.meeting.value).toMatchObject({ taken: ["words"], disputed: [] });
    expect(form.touched.value).toBe(false);
    form.meet(outage({ version: 2, words: { cs: "Nic nového." } }), "Olga");
    expect(form.draft.words.cs).toBe("Jejich.");
  });

  it("loses no words of a language that it did not know of", async () => {
    const form = opened(outage());
    form.draft.words.cs = "Naše.";
    form.meet(outage({ version: 2, words: { cs: "Kabel.", eo: "Kablo." } }), "Olga");
    answers.set("PUT", () => outage({ version: 3 }));
    await form.save();
    expect(sent("PUT").map((body) => body.words)).toEqual([{ cs: "Naše.", eo: "Kablo." }]);
  });

  it("meets what was changed while it was kept here", async () => {
    const before = opened(outage());
    before.draft.words.cs = "Naše.";
    await nextTick();
    const after = opened(outage({ version: 4, updated_by: "Olga", streets: [] }));
    expect(after.meeting.value).toMatchObject({ by: "Olga", taken: ["streets"], disputed: [] });
    expect([after.draft.words.cs, after.draft.streets]).toEqual(["Naše.", []]);
  });

  it("keeps nothing on this computer that says nothing new", async () => {
    const form = opened(outage());
    form.draft.towns = [...form.draft.towns];
    await nextTick();
    expect(kept.size).toBe(0);
  });

  it("says why it was not saved", async () => {
    const form = opened(outage());
    answers.set("PUT", refuse({ code: "invalid_state", message: "ended" }));
    expect(await form.save()).toBeNull();
    expect(form.trouble.value?.kind).toBe("refused");
  });

  it("can be saved while the bot's words cannot be shown", async () => {
    answers.set("preview", refuse(null));
    const form = opened(outage());
    await form.tell();
    expect(form.telling.value).toBe("failed");
    answers.set("PUT", () => outage({ version: 2 }));
    expect(await form.save()).not.toBeNull();
  });
});
