import { describe, expect, it } from "vitest";
import { dice, rowOfSample } from "@/conversation/samples";
import type { ConversationRow } from "@/protocol.gen";
import { type Lists, VIEWS, type View, continued, emptyLists, hidden, listed, rowOf, rowsOf, seen, updated } from "./rows";

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString();
const row = (id: string, version = 1, minute = 0): ConversationRow => rowOfSample(id, { version, updated_at: at(minute) });
const waiting = (id: string, minute: number, priority = 0): ConversationRow =>
  rowOfSample(id, { responder: { kind: "queued", team: "support", since: at(minute), priority } });
const ids = (lists: Lists, view: View): string[] => rowsOf(lists, view).map((one) => one.id);

describe("the lists", () => {
  it("have the latest change first, and the longest waiting first in the queue", () => {
    const all = listed(emptyLists, "all", [row("old", 1, 1), row("new", 1, 2)], null, 0);
    expect(ids(all, "all")).toEqual(["new", "old"]);
    const queue = listed(emptyLists, "queue", [waiting("second", 2), waiting("first", 1), waiting("urgent", 3, 10)], null, 0);
    expect(ids(queue, "queue")).toEqual(["urgent", "first", "second"]);
  });

  it("have what changed at the same moment in the hub's own order", () => {
    expect(ids(listed(emptyLists, "all", [row("b"), row("a")], null, 0), "all")).toEqual(["b", "a"]);
    expect(ids(listed(emptyLists, "queue", [waiting("a", 1), waiting("b", 1)], null, 0), "queue")).toEqual(["a", "b"]);
  });

  it("never go back to an older version", () => {
    let lists = listed(emptyLists, "all", [row("a", 5)], null, 0);
    lists = updated(lists, row("a", 4), []);
    expect(ids(lists, "all")).toEqual(["a"]);
    expect(rowOf(seen(lists, row("a", 3)), "a")?.version).toBe(5);
    expect(rowOf(seen(lists, row("a", 6)), "a")?.version).toBe(6);
    expect(rowOf(listed(lists, "all", [row("a", 2)], null, 0), "a")?.version).toBe(5);
  });

  it("move a row to exactly the lists it is in now", () => {
    let lists = listed(listed(emptyLists, "queue", [row("a")], null, 0), "mine", [], null, 0);
    lists = updated(lists, row("a", 2), ["mine", "all"]);
    expect([ids(lists, "queue"), ids(lists, "mine")]).toEqual([[], ["a"]]);
    expect(lists.views.all.loaded).toBe(false);
  });

  it("let a page that was asked for earlier not undo what came meanwhile", () => {
    let lists = listed(emptyLists, "queue", [row("stays"), row("leaves")], null, 0);
    const askedAt = lists.tick;
    lists = updated(lists, row("leaves", 2), ["mine"]);
    lists = updated(lists, row("comes", 1, 3), ["queue"]);
    lists = listed(lists, "queue", [row("stays"), row("leaves")], null, askedAt);
    expect(ids(lists, "queue").sort()).toEqual(["comes", "stays"]);
  });

  it("drop what a fresh first page no longer has", () => {
    const lists = listed(emptyLists, "all", [row("a"), row("b")], null, 0);
    expect(ids(listed(lists, "all", [row("b")], null, lists.tick), "all")).toEqual(["b"]);
  });

  it("go on page by page, each row once", () => {
    const before = { at: at(2), id: "b" };
    let lists = listed(emptyLists, "all", [row("c", 1, 3), row("b", 1, 2)], before, 0);
    lists = updated(lists, row("beyond", 1, 0), ["all"]);
    expect(ids(lists, "all")).toEqual(["c", "b"]);
    lists = continued(lists, "all", before, [row("b", 1, 2), row("a", 1, 1), row("beyond", 1, 0)], null, lists.tick);
    expect(ids(lists, "all")).toEqual(["c", "b", "a", "beyond"]);
  });

  it("have no use for a further page once they begin anew", () => {
    const before = { at: at(2), id: "b" };
    const lists = listed(listed(emptyLists, "all", [row("b", 1, 2)], before, 0), "all", [row("c", 1, 3)], { at: at(3), id: "c" }, 0);
    expect(continued(lists, "all", before, [row("a", 1, 1)], null, 0)).toBe(lists);
  });

  it("forget what is no longer ours to see", () => {
    const lists = hidden(listed(emptyLists, "all", [row("a")], null, 0), "a");
    expect([ids(lists, "all"), rowOf(lists, "a")]).toEqual([[], undefined]);
    expect(ids(listed(lists, "all", [row("a")], null, 0), "all")).toEqual([]);
    expect(ids(listed(lists, "all", [row("a")], null, lists.tick), "all")).toEqual(["a"]);
    expect(ids(updated(lists, row("a", 2), ["all"]), "all")).toEqual(["a"]);
  });

  it("end up as the hub has them, in whatever order and however often updates come", () => {
    const last: Record<string, View[]> = { a: ["mine", "all"], b: ["queue"], c: [] };
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = dice(seed);
      let lists = VIEWS.reduce((all, view) => listed(all, view, [], null, 0), emptyLists);
      const steps = Object.keys(last).flatMap((id) => [1, 2, 3, 4, 4].map((version) => ({ id, version, rank: random(1_000) })));
      for (const { id, version } of steps.sort((one, other) => one.rank - other.rank)) {
        const earlier = rowOf(lists, id)?.version ?? 0;
        lists = updated(lists, row(id, version, version), version === 4 ? (last[id] as View[]) : [VIEWS[random(VIEWS.length)] as View]);
        expect(rowOf(lists, id)?.version).toBe(Math.max(earlier, version));
      }
      expect([seed, ...VIEWS.map((view) => ids(lists, view))]).toEqual([seed, ["a"], ["b"], ["a"], [], []]);
    }
  });
});
