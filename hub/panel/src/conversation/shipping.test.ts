import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Error as WireError } from "@/protocol.gen";
import { fakeBrowser } from "@/realtime/fakebrowser";
import { connect, cut, only, reset, waiting } from "@/realtime/fakehub";
import { useSession } from "@/session/session";
import type { OutboxItem } from "./outbox";
import { entryAt } from "./samples";
import { useShipping } from "./shipping";

vi.mock("@/realtime/socket", () => import("@/realtime/fakehub"));

let browser: ReturnType<typeof fakeBrowser>;
const refusal = (change: Partial<WireError>): WireError => ({ code: "unavailable", message: "", retryable: true, ...change });

/** A page that was just loaded by somebody who is logged in. */
function loaded(operator = "anna"): ReturnType<typeof useShipping> {
  reset();
  setActivePinia(createPinia());
  useSession().$patch({ status: "in", operator: { id: operator, login: operator, name: operator, role: "operator", teams: [] } });
  const shipping = useShipping();
  shipping.begin();
  return shipping;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  browser = fakeBrowser();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("shipping", () => {
  it("sends one message of a conversation at a time, in the order they were written", async () => {
    const shipping = loaded();
    await connect();
    for (const text of ["one", "two"]) shipping.write("a", "message", text);
    shipping.write("b", "message", "elsewhere");
    expect(waiting("message.send").map(({ data }) => data.text)).toEqual(["one", "elsewhere"]);
    const [first] = waiting("message.send");
    await first?.answer({ entry: entryAt(1, { client_id: String(first.data.client_id) }) });
    expect(waiting("message.send").map(({ data }) => data.text)).toEqual(["elsewhere", "two"]);
    expect(shipping.of("a").map((item) => item.state)).toEqual(["accepted", "sending"]);
  });

  it("tells notes from messages", async () => {
    const shipping = loaded();
    await connect();
    shipping.write("a", "note", "between us");
    expect(waiting("message.send")).toEqual([]);
    expect(only("note.add").data).toMatchObject({ conversation_id: "a", text: "between us" });
  });

  it("waits while there is no connection, and sends again what was in flight, at once and as the same message", async () => {
    const shipping = loaded();
    shipping.write("a", "message", "hello");
    expect(waiting("message.send")).toEqual([]);
    await connect();
    const { client_id } = only("message.send").data;
    await cut();
    expect(shipping.of("a")[0]?.state).toBe("waiting");
    await connect();
    expect(only("message.send").data).toEqual({ conversation_id: "a", client_id, text: "hello" });
  });

  it("survives a reload, and does not send again what was acknowledged", async () => {
    const before = loaded();
    await connect();
    before.write("a", "message", "first");
    before.write("a", "message", "second");
    const first = only("message.send");
    await first.answer({ entry: entryAt(1, { client_id: String(first.data.client_id) }) });
    const { client_id } = only("message.send").data;
    const after = loaded();
    expect(after.of("a").map((item) => [item.text, item.state])).toEqual([["second", "waiting"]]);
    await connect();
    expect(only("message.send").data).toMatchObject({ client_id, text: "second" });
  });

  it("keeps everybody's words apart, and none under nobody's name", async () => {
    loaded("anna").write("a", "message", "anna's");
    const session = useSession();
    session.$patch({ status: "out", operator: null });
    await cut();
    expect([...browser.stored.keys()].map((key) => key.slice(0, -36))).toEqual(["linka.panel.outbox/anna/"]);
    expect(loaded("petr").of("a")).toEqual([]);
    expect(loaded("anna").of("a").map((item) => item.text)).toEqual(["anna's"]);
  });

  it("tries again when the hub says so", async () => {
    const shipping = loaded();
    await connect();
    shipping.write("a", "message", "hello");
    await only("message.send").refuse(refusal({ code: "rate_limited", retry_after: 7 }));
    await vi.advanceTimersByTimeAsync(6_900);
    expect(waiting("message.send")).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(only("message.send").data.text).toBe("hello");
  });

  it("gives up what can never be sent, keeps its words, and goes on with the next", async () => {
    const shipping = loaded();
    await connect();
    shipping.write("a", "message", "refused");
    shipping.write("a", "message", "next");
    await only("message.send").refuse(refusal({ code: "invalid_state", retryable: false }));
    expect(shipping.of("a")[0]).toMatchObject({ text: "refused", state: "failed", error: { code: "invalid_state" } });
    expect(only("message.send").data.text).toBe("next");
    expect(shipping.unsentCount).toBe(2);
    shipping.remove(shipping.of("a")[0]?.client_id ?? "");
    expect([...browser.stored.values()].map((json) => (JSON.parse(json) as { text: string }).text)).toEqual(["next"]);
  });

  it("starts with an empty outbox where storage holds nonsense", () => {
    for (const nonsense of ["{", "null", "7", '{"text":"no id"}', '[{"text":"no id"},null]']) {
      browser.stored.set("linka.panel.outbox/anna/1", nonsense);
      expect(loaded().outbox).toEqual([]);
    }
  });

  it("never overwrites what another tab wrote, and sends it when that tab does not", async () => {
    const shipping = loaded();
    shipping.write("a", "message", "mine");
    const [[key, json]] = [...browser.stored] as [[string, string]];
    const theirs = { ...(JSON.parse(json) as OutboxItem), client_id: "theirs", text: "theirs", written_at: Date.now() + 5 };
    browser.elsewhere(key.replace(/[^/]+$/, "theirs"), JSON.stringify(theirs));
    shipping.write("a", "message", "mine again");
    expect(browser.stored.size).toBe(3);
    expect(loaded().of("a").map((item) => item.text)).toEqual(["mine", "theirs", "mine again"]);
  });

  it("forgets what another tab has sent", async () => {
    const shipping = loaded();
    shipping.write("a", "message", "hello");
    for (const key of [...browser.stored.keys()]) browser.elsewhere(key, null);
    expect(shipping.of("a")).toEqual([]);
    await connect();
    expect(waiting("message.send")).toEqual([]);
  });

  it("leaves what is under way to its own answer", async () => {
    const shipping = loaded();
    await connect();
    shipping.write("a", "message", "hello");
    const [[key, json]] = [...browser.stored] as [[string, string]];
    browser.elsewhere(key, json);
    expect(shipping.of("a")[0]?.state).toBe("sending");
    const { answer, data } = only("message.send");
    await answer({ entry: entryAt(1, { client_id: String(data.client_id) }) });
    expect(browser.stored.size).toBe(0);
  });
});
