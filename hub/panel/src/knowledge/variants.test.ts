import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";

vi.mock("@/session/http", async () => {
  const { FakeApiError, api } = await import("./fakehub");
  return { ApiError: FakeApiError, api };
});
vi.mock("@/realtime/connection", () => ({ useConnection: () => ({ whenOnline: () => undefined }) }));
vi.mock("@/session/session", () => ({ useSession: () => ({ status: "in", operator: { id: "jana" }, check: vi.fn() }) }));

import { answer, keptAs, refusal, reset, sent, storage } from "./fakehub";
import { useKnowledge } from "./overview";
import { draft, overview } from "./samples";
import { type Variants, useVariants } from "./variants";

vi.stubGlobal("sessionStorage", storage);
const theirs = ref<string[]>(["Dobrý den."]);
const opened = (): Variants => effectScope().run(() => useVariants("greet", "cs", () => theirs.value)) as Variants;

beforeEach(async () => {
  reset();
  setActivePinia(createPinia());
  theirs.value = ["Dobrý den."];
  answer("GET ", overview());
  answer("GET /findings", []);
  answer("POST /edits", draft({ version: 2 }));
  await useKnowledge().load();
});

it("keeps what is being written through a reload, and saves it with what it was begun from", async () => {
  const first = opened();
  first.texts.value = ["Dobrý den!"];
  await nextTick();
  theirs.value = ["Ahoj."]; // a colleague was quicker
  const again = opened();
  expect([again.texts.value, again.dirty.value]).toEqual([["Dobrý den!"], true]);
  await again.save();
  expect(sent("POST /edits")).toEqual([{ version: 1, edits: [{ kind: "set_words", answer: "greet", language: "cs", variants: ["Dobrý den!"], before: ["Dobrý den."] }] }]);
  expect([again.dirty.value, keptAs("words.greet.cs")]).toEqual([false, undefined]);
});

it("shows what others have made of it only where nothing is being written", async () => {
  const one = opened();
  theirs.value = ["Ahoj."];
  await nextTick();
  expect(one.texts.value).toEqual(["Ahoj."]);
  one.texts.value = ["Ahoj!", ""];
  theirs.value = ["Zdravím."];
  await nextTick();
  expect([one.texts.value, one.edit()]).toMatchObject([["Ahoj!", ""], { variants: ["Ahoj!"], before: ["Ahoj."] }]);
  one.restore();
  expect([one.texts.value, one.dirty.value]).toEqual([["Zdravím."], false]);
});

it("is no edit any more once the same words are there, whoever has put them there", async () => {
  const first = opened();
  first.texts.value = ["Ahoj!"];
  await nextTick(); // the page is closed on its way
  theirs.value = ["Ahoj!"];
  const again = opened();
  expect([again.texts.value, again.dirty.value, again.edit()]).toEqual([["Ahoj!"], false, null]);
  again.texts.value = ["Ahoj!!"];
  expect(again.edit()).toMatchObject({ before: ["Ahoj!"] });
});

it("is kept over what it has saved in between", async () => {
  const first = opened();
  first.texts.value = ["Ahoj"];
  const saving = first.save();
  first.texts.value = ["Ahoj všem!"];
  await saving;
  await nextTick();
  theirs.value = ["Ahoj"];
  expect(opened().edit()).toMatchObject({ variants: ["Ahoj všem!"], before: ["Ahoj"] });
});

it("is one edit, also when the field is left while it is being saved", async () => {
  const one = opened();
  one.texts.value = ["Ahoj!"];
  await Promise.all([one.save(), one.save()]);
  expect(sent("POST /edits")).toHaveLength(1);
});

it("is not put over a colleague's words unless it is told to", async () => {
  const one = opened();
  one.texts.value = ["Naše."];
  theirs.value = ["Jejich."];
  await nextTick();
  answer("POST /edits", refusal({ code: "conflict", details: { edit: 0, theirs: "Jejich." } }));
  await one.save();
  expect([one.error.value?.code, one.texts.value]).toEqual(["conflict", ["Naše."]]);
  answer("POST /edits", draft({ version: 2 }));
  await one.insist();
  expect(sent("POST /edits").map((body) => (body as { edits: [{ before: string[] }] }).edits[0].before)).toEqual([["Dobrý den."], ["Jejich."]]);
});

it("stays written when it was refused, and saves nothing that says nothing new", async () => {
  const one = opened();
  one.texts.value = ["Dobrý den. "];
  await one.save();
  expect(sent("POST /edits")).toEqual([]);
  answer("POST /edits", refusal({ code: "bad_request", message: "“{x}” is nothing that the bot can fill in." }));
  one.texts.value = ["{x}"];
  await one.save();
  expect([one.error.value?.code, one.texts.value, one.dirty.value]).toEqual(["bad_request", ["{x}"], true]);
});
