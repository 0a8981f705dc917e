import { describe, expect, it } from "vitest";
import { changed, inOrder, next, type Outbox, parseItem, type Wish } from "../src/app/outbox";

const say = (text: string): Wish => ({ kind: "message", text, payload: null });
const written = (outbox: Outbox, clientId: string, now: number) =>
  changed(outbox, { type: "written", clientId, now, wish: say(clientId), page: {} });
const ids = (outbox: Outbox) => outbox.map((item) => item.clientId);

describe("the outbox", () => {
  it("sends in the order of writing, also when the clock was set back", () => {
    const outbox = written(written(written([], "a", 100), "b", 50), "c", 60);
    expect(ids(inOrder(outbox))).toEqual(["a", "b", "c"]);
    expect(next(outbox)?.clientId).toBe("a");
  });

  it("takes the same client_id once", () => {
    const outbox = written([], "a", 1);
    expect(written(outbox, "a", 2)).toBe(outbox);
  });

  it("lets the next go when one is accepted", () => {
    const outbox = changed(written(written([], "a", 1), "b", 2), { type: "accepted", clientId: "a" });
    expect(next(outbox)?.clientId).toBe("b");
  });

  it("sets a refused one aside and keeps it for the visitor", () => {
    const outbox = changed(written(written([], "a", 1), "b", 2), {
      type: "refused",
      clientId: "a",
      code: "forbidden",
    });
    expect(next(outbox)?.clientId).toBe("b");
    expect(outbox.find((item) => item.clientId === "a")?.failed).toBe("forbidden");
  });

  it("tries a refused one again after what was written since, under its old client_id", () => {
    let outbox = changed(written(written([], "a", 1), "b", 2), {
      type: "refused",
      clientId: "a",
      code: "too_large",
    });
    outbox = inOrder(changed(outbox, { type: "retried", clientId: "a", now: 1 }));
    expect(ids(outbox)).toEqual(["b", "a"]);
    expect(outbox.every((item) => item.failed === null)).toBe(true);
  });

  it("does not try anew what is still waiting", () => {
    const outbox = written([], "a", 1);
    expect(changed(outbox, { type: "retried", clientId: "a", now: 9 })).toBe(outbox);
  });

  it("ignores news about what it does not hold", () => {
    const outbox = written([], "a", 1);
    expect(changed(outbox, { type: "accepted", clientId: "x" })).toBe(outbox);
  });

  it("reads back what it stored, and nothing else", () => {
    const [item] = written([], "a", 1);
    expect(parseItem(JSON.stringify(item))).toEqual(item);
    for (const bad of [
      "",
      "null",
      "7",
      "{}",
      '{"clientId":1}',
      '{"clientId":"a","at":1,"wish":{"kind":"x"}}',
    ]) {
      expect(parseItem(bad)).toBeNull();
    }
  });
});
