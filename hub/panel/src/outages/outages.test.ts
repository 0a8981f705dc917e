import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { connect, reset, tell } from "@/realtime/fakehub";

const { FakeApiError, api } = vi.hoisted(() => {
  class FakeApiError extends globalThis.Error {
    constructor(readonly error: unknown) {
      super("refused");
    }
  }
  return { FakeApiError, api: vi.fn() };
});
vi.mock("@/realtime/socket", () => import("@/realtime/fakehub"));
vi.mock("@/session/http", () => ({ ApiError: FakeApiError, api }));
vi.mock("@/session/session", () => ({ useSession: () => ({ status: "in", operator: { id: "sara" }, check: vi.fn() }) }));
vi.stubGlobal("window", { addEventListener: () => undefined });

import { useOutages } from "./outages";
import { outage } from "./samples";

const PRESENT = { now: [outage()], planned: [], may_edit: true, languages: ["cs", "en", "eo"] };
let answer: (path: string) => unknown;

beforeEach(() => {
  reset();
  setActivePinia(createPinia());
  answer = (path) => (path.startsWith("/api/outages/over") ? { outages: [outage({ id: "old", phase: "over" })], next: null } : PRESENT);
  api.mockReset();
  api.mockImplementation(async (_: string, path: string) => answer(path));
});

function refused(error: unknown): void {
  answer = () => {
    throw new FakeApiError(error);
  };
}

describe("the list of outages", () => {
  it("keeps what it has when it cannot be read anew, and says so", async () => {
    const outages = useOutages();
    await outages.load();
    refused(null);
    await outages.load();
    expect([outages.state, outages.now.length, outages.trouble]).toEqual(["ready", 1, { error: null }]);
    expect(outages.languages).toEqual(["cs", "en", "eo"]);
    answer = () => ({ ...PRESENT, now: [] });
    await outages.load();
    expect([outages.now.length, outages.trouble]).toEqual([0, null]);
  });

  it("tells a failure from a role that sees none", async () => {
    const outages = useOutages();
    refused(null);
    await outages.load();
    expect(outages.state).toBe("failed");
    refused({ code: "forbidden" });
    await outages.load();
    expect(outages.state).toBe("forbidden");
  });

  it("shows the answer to the last question, whichever comes last", async () => {
    const outages = useOutages();
    const slow = Promise.resolve().then(() => new Promise((resolve) => setTimeout(() => resolve({ ...PRESENT, now: [] }), 5)));
    answer = () => slow;
    const first = outages.load();
    answer = () => PRESENT;
    await outages.load();
    await first;
    expect(outages.now.length).toBe(1);
  });

  it("is read anew when it has changed or the connection is back, while somebody looks", async () => {
    const outages = useOutages();
    await tell("outages.changed", {});
    expect(api).not.toHaveBeenCalled();
    const stop = outages.follow();
    await tell("outages.changed", {});
    await connect();
    expect(api).toHaveBeenCalledTimes(2);
    stop();
    await tell("outages.changed", {});
    expect(api).toHaveBeenCalledTimes(2);
  });

  it("reads the past when asked, and again with the rest from then on", async () => {
    const outages = useOutages();
    await outages.refresh();
    expect(outages.over).toEqual([]);
    await outages.loadPast();
    expect(outages.all.map((one) => one.id)).toEqual(["u1", "old"]);
    await outages.refresh();
    expect(api).toHaveBeenCalledTimes(4);
  });

  it("forgets everything when somebody else logs in", async () => {
    const outages = useOutages();
    await outages.refresh();
    outages.forget();
    expect([outages.state, outages.all, outages.mayEdit]).toEqual(["loading", [], false]);
  });
});
