import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useSession } from "@/session/session";
import { fakeBrowser } from "./fakebrowser";
import { calm, connect, cut, only, raw, request, reset, tell, waiting } from "./fakehub";
import { useConnection } from "./connection";

vi.mock("@/realtime/socket", () => import("@/realtime/fakehub"));

const unavailable = { code: "unavailable", message: "", retryable: true, retry_after: 1 } as const;
let connection: ReturnType<typeof useConnection>;
let online: number;

async function later(milliseconds: number): Promise<void> {
  vi.advanceTimersByTime(milliseconds);
  await calm();
}

async function refuse(): Promise<void> {
  const asked = request("typing.set", { on: true }).catch(() => null);
  await only("typing.set").refuse(unavailable);
  await asked;
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  fakeBrowser();
  reset();
  setActivePinia(createPinia());
  useSession().$patch({ status: "in" });
  connection = useConnection();
  online = 0;
  connection.whenOnline(() => (online += 1));
  await connect();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a hub without its database", () => {
  it("is looked at again until it can work, and then everything is read anew", async () => {
    await refuse();
    expect([connection.state, connection.away, online]).toEqual(["online", true, 1]);
    await later(3_100);
    await only("workspace.read").refuse(unavailable);
    expect(connection.away).toBe(true);
    await later(3_100);
    await only("workspace.read").answer({});
    expect([connection.away, online]).toEqual([false, 2]);
    await later(10_000);
    expect(waiting("workspace.read")).toEqual([]);
  });

  it("is not spoken of any more once the line itself is gone", async () => {
    await refuse();
    await cut();
    expect([connection.state, connection.away]).toEqual(["offline", false]);
    await later(10_000);
    expect(waiting("workspace.read")).toEqual([]);
  });
});

describe("a hub that leaves", () => {
  it("gives a moment to come back at, which the library does not anticipate", async () => {
    await tell("server.leaving", { reconnect_in: 3 });
    await cut();
    expect([connection.state, raw().reconnects, raw().dialled]).toEqual(["leaving", false, 0]);
    await later(2_900);
    expect(raw().dialled).toBe(0);
    await later(200);
    expect([raw().reconnects, raw().dialled]).toEqual([true, 1]);
    await connect();
    expect(connection.state).toBe("online");
  });

  it("lets the library come back if it ends later than it said", async () => {
    await tell("server.leaving", { reconnect_in: 1 });
    await later(1_100);
    expect([raw().reconnects, raw().dialled]).toEqual([true, 0]);
  });
});
