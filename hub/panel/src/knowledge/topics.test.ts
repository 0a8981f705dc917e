import { expect, it } from "vitest";
import type { Edit } from "./knowledge";
import { fresh, isAt, worstFirst } from "./finding";
import { newestFirst, withPending } from "./pending";
import { answerAt, findingAt, hitAt } from "./places";
import { movedTopics, trend } from "./results";
import { added, brief, done, finding, overview, result, sentence } from "./samples";
import { sorted, turned } from "./sorting";
import { told, writtenIn, writtenOf } from "./told";
import { type Filter, nameFor, shelves, titleIn, whoElse } from "./topics";

const TOPICS = [brief({ edited: true }), brief({ name: "ask_payment", title: { cs: "Platby" }, human_only: true }), brief({ name: "greet", title: {}, group: "smalltalk", findings: 2 })];
const ALL = overview({ topics: TOPICS, groups: [{ name: "billing", topics: ["ask_invoice", "ask_payment"] }, { name: "smalltalk", topics: ["greet"] }] });
const shown = (filter: Filter, looked = "", asked: ReadonlyMap<string, number> | null = null): string[] =>
  shelves(ALL, filter, looked, asked, (topic) => titleIn(topic.title, "cs") ?? topic.name).flatMap((shelf) => shelf.topics.map((topic) => topic.name));

it("shows the topics that pass the filter and hold what is looked for, by group", () => {
  expect(shelves(ALL, "all", "", null, (topic) => topic.name).map((shelf) => [shelf.name, shelf.topics.length])).toEqual([["billing", 2], ["smalltalk", 1]]);
  expect([shown("edited"), shown("human"), shown("findings")]).toEqual([["ask_invoice"], ["ask_payment"], ["greet"]]);
  expect([shown("all", "FAKT"), shown("all", "invoice"), shown("all", "nic")]).toEqual([["ask_invoice"], ["ask_invoice"], []]);
});

it("calls seldom asked only what is known to be", () => {
  expect(shown("seldom")).toEqual([]);
  expect(shown("seldom", "", new Map([["ask_invoice", 40], ["greet", 1]]))).toEqual(["ask_payment", "greet"]);
});

it("names a new topic after its title, as the files want it, and never like another", () => {
  expect(nameFor("Refund of a deposit!", new Set())).toBe("refund_of_a_deposit");
  expect(nameFor("Vrácení zálohy", new Set(["vraceni_zalohy", "vraceni_zalohy_2"]))).toBe("vraceni_zalohy_3");
  for (const title of ["5G", "!!", "", "é", "x".repeat(90)]) expect(nameFor(title, new Set())).toMatch(/^[a-z][a-z0-9_]{2,49}$/);
});

it("tells alike edits in one line", () => {
  const lines = told([added("a"), added("b"), added("c", { language: "en" }), { kind: "set_human_only", topic: "greet", team: null, before: "support" }, added("d")]);
  expect(lines.map(({ key, n, language }) => [key, n, language])).toEqual([["add_sentence", 3, "cs"], ["add_sentence", 1, "en"], ["unset_human_only", 1, null]]);
  expect(writtenIn({ kind: "set_words", answer: "greet", language: "cs", variants: ["Nové"], before: ["Staré"] })).toEqual({ before: "Staré", after: "Nové" });
  expect(writtenIn(done(added("a")).edit)).toEqual({ before: "", after: "a" });
});

it("tells of what was changed again and again how it began and what it is now", () => {
  const words = (before: string, after: string): Edit => ({ kind: "set_words", answer: "greet", language: "cs", variants: [after], before: [before] });
  const lines = (...edits: Edit[]): unknown => told(edits).map(writtenOf);
  expect(lines(words("a", "b"), words("b", "c"))).toEqual([[{ before: "a", after: "c" }]]);
  expect(lines(words("a", "b"), words("b", "a"))).toEqual([[]]);
  expect(lines(added("x"), added("y"))).toEqual([[{ before: "", after: "x" }, { before: "", after: "y" }]]);
});

it("shows sentences as they will be once they are saved", () => {
  const there = [sentence("a"), sentence("b"), sentence("n", { state: "added" })];
  const { rows, removed } = withPending("ask_invoice", "cs", there, [sentence("back")], [
    added("back"), added("en only", { language: "en" }), added("elsewhere", { topic: "greet" }), added("a"),
    { kind: "change_sentence", topic: "ask_invoice", language: "cs", before: "b", text: "B", marks: [] },
    { kind: "change_sentence", topic: "ask_invoice", language: "cs", before: "n", text: "N", marks: [] },
    { kind: "remove_sentence", topic: "ask_invoice", language: "cs", text: "a" },
  ]);
  expect(rows.map(({ text, state, before, waiting }) => [text, state, before, waiting])).toEqual([["B", "changed", "b", true], ["N", "added", "n", true], ["back", "added", null, true]]);
  expect(removed).toEqual([]);
  expect(newestFirst(rows).map((row) => row.text)).toEqual(["back", "N", "B"]);
});

it("tells what words being written would bring in, and where it belongs", () => {
  const [old, news] = [finding(), finding({ kind: "same_sentence", severity: "error", text: "Kde je faktura" })];
  expect(fresh([old, news], [old])).toEqual([news]);
  expect([isAt(news, { topic: "ask_invoice", language: "cs", text: "kde je FAKTURA" }), isAt(news, { text: "jiná" }), isAt(old, { text: "jiná" }), isAt(news, { answer: "greet" })]).toEqual([true, false, false, false]);
  expect(worstFirst([old, news])).toEqual([news, old]);
});

it("leads to where things are mended", () => {
  const params = (to: unknown): unknown => (to as { params: object; query: object }).params;
  expect(params(findingAt(finding(), ALL))).toEqual({ section: "topics", id: "ask_invoice", part: "" });
  expect(params(findingAt(finding({ topic: null, table: "town" }), ALL))).toEqual({ section: "tables", id: "cs", part: "town" });
  expect(findingAt(finding({ topic: null, language: null }), ALL)).toBeNull();
  expect([params(answerAt("greet", ALL)), params(answerAt("hours_open", ALL))]).toEqual([{ section: "topics", id: "greet", part: "" }, { section: "answers", id: "hours_open", part: "" }]);
  expect(params(hitAt({ kind: "sentence", name: "greet", language: "en", text: "hi" }, ALL))).toEqual({ section: "topics", id: "greet", part: "" });
});

it("shows what got worse first, and what stayed not at all", () => {
  const share = (right: number, of = 10) => ({ right, of });
  const moved = movedTopics(result({ topics: [
    { topic: "same", before: share(5), after: share(10, 20) }, { topic: "better", before: share(5), after: share(7) }, { topic: "worse", before: share(9), after: share(4) }, { topic: "new", before: null, after: share(3) },
  ] }));
  expect(moved.map(({ topic, trend: way }) => [topic, way])).toEqual([["new", "new"], ["worse", "worse"], ["better", "better"]]);
  expect(trend(share(0, 0), share(0, 0))).toBe("same");
});

it("sorts the table of topics, those without ratings last either way", () => {
  const row = (topic: string, asked: number, mean: number | null) => ({ topic, asked, answered: 0, handed_over: 0, rated: mean === null ? null : { count: 1, mean } });
  const rows = [row("b", 2, 4), row("a", 9, null), row("c", 2, 5)];
  const names = (by: "topic" | "asked" | "rated", down: boolean): string => sorted(rows, { by, down }, (topic) => topic).map((one) => one.topic).join("");
  expect([names("topic", false), names("asked", true), names("rated", true), names("rated", false)]).toEqual(["abc", "abc", "cba", "bca"]);
  expect([turned({ by: "asked", down: true }, "asked"), turned({ by: "asked", down: true }, "topic")]).toEqual([{ by: "asked", down: false }, { by: "topic", down: false }]);
});

it("names who else edits a topic, and nobody once their draft is gone", () => {
  const adam = { name: "Adam", topics: ["greet", "ask_tv"], updated_at: "2026-11-30T10:00:00Z" };
  expect(whoElse([adam, { ...adam, name: "Eva", topics: ["wish"] }], "ask_tv")).toEqual(["Adam"]);
  expect(whoElse([], "ask_tv")).toEqual([]);
});
