import { describe, expect, it } from "vitest";
import type { Error as WireError } from "@/protocol.gen";
import { type Outbox, accepted, confirmed, interrupted, nextMoment, refused, removed, restored, retried, sendable, sending, unsent, written } from "./outbox";
import { dice, entryAt } from "./samples";

function write(outbox: Outbox, client_id: string, conversation_id = "one", written_at = 0): Outbox {
  return written(outbox, { client_id, conversation_id, kind: "message", text: client_id, written_at });
}
const ids = (items: Outbox): string[] => items.map((item) => item.client_id);
const busy: WireError = { code: "rate_limited", message: "", retryable: true, retry_after: 5 };
const never: WireError = { code: "invalid_state", message: "", retryable: false };

describe("the outbox", () => {
  it("has one message of each conversation in flight", () => {
    let outbox = write(write(write([], "a1", "a"), "a2", "a"), "b1", "b");
    expect(ids(sendable(outbox, 0))).toEqual(["a1", "b1"]);
    outbox = sending(sending(outbox, "a1"), "b1");
    expect(sendable(outbox, 0)).toEqual([]);
    outbox = accepted(outbox, "a1", entryAt(1, { client_id: "a1" }));
    expect(ids(sendable(outbox, 0))).toEqual(["a2"]);
  });

  it("never overtakes a message that has to wait", () => {
    let outbox = sending(write(write([], "first"), "second"), "first");
    outbox = refused(outbox, "first", busy, 1_000);
    expect(sendable(outbox, 5_999)).toEqual([]);
    expect(nextMoment(outbox, 1_000)).toBe(6_000);
    expect(ids(sendable(outbox, 6_000))).toEqual(["first"]);
  });

  it("waits longer after each failure, up to half a minute", () => {
    const away: WireError = { code: "unavailable", message: "", retryable: true };
    let outbox = write([], "a");
    const pauses = Array.from({ length: 8 }, () => {
      outbox = refused(sending(outbox, "a"), "a", away, 0);
      return outbox[0]?.retry_at;
    });
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("fails only what can never go out, and lets the reader try again or delete it", () => {
    let outbox = refused(sending(write(write([], "a"), "b"), "a"), "a", never, 0);
    expect(outbox[0]).toMatchObject({ state: "failed", error: never });
    expect(ids(sendable(outbox, 0))).toEqual(["b"]);
    outbox = retried(outbox, "a");
    expect(ids(sendable(outbox, 0))).toEqual(["a"]);
    expect(ids(removed(outbox, "a"))).toEqual(["b"]);
  });

  it("keeps the words when the session is over", () => {
    const loggedOut: WireError = { code: "unauthenticated", message: "", retryable: false };
    expect(refused(sending(write([], "a"), "a"), "a", loggedOut, 0)[0]?.state).toBe("waiting");
  });

  it("sends again, in order, what was in flight when the connection broke or the page was reloaded, even if the clock was set back", () => {
    const flying = sending(write(write([], "first", "one", 2), "second", "one", 1), "first");
    expect(ids(sendable(interrupted(flying), 0))).toEqual(["first"]);
    expect(ids(restored([...flying].reverse()))).toEqual(["first", "second"]);
    expect(restored(flying).every((item) => item.state === "waiting")).toBe(true);
  });

  it("does not let the refusal of an interrupted try hold a message back", () => {
    const outbox = interrupted(sending(write([], "a"), "a"));
    expect(refused(outbox, "a", never, 0)).toEqual(outbox);
    expect(ids(sendable(refused(outbox, "a", busy, 0), 0))).toEqual(["a"]);
  });

  it("sends everything once and in order, whatever happens on the way", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = dice(seed);
      const wanted = Array.from({ length: 12 }, (_, index) => `${"ab"[index % 2]}${index}`);
      let outbox = wanted.reduce((all, id, index) => write(all, id, id.charAt(0), index), [] as Outbox);
      const arrived: string[] = [];
      for (let now = 0; unsent(outbox).length > 0; now += 1 + random(40_000)) {
        expect(now).toBeLessThan(100_000_000);
        for (const { client_id } of sendable(outbox, now)) {
          outbox = sending(outbox, client_id);
          const flying = outbox.filter((item) => item.state === "sending").map((item) => item.conversation_id);
          expect(new Set(flying).size).toBe(flying.length);
          const luck = random(4);
          if (luck === 0) outbox = interrupted(outbox);
          else if (luck === 1) outbox = restored(outbox);
          else if (luck === 2) outbox = refused(outbox, client_id, busy, now);
          else {
            arrived.push(client_id);
            outbox = accepted(outbox, client_id, entryAt(arrived.length, { client_id }));
          }
        }
      }
      for (const conversation of ["a", "b"]) {
        const those = (all: string[]): string[] => all.filter((id) => id.startsWith(conversation));
        expect([seed, those(arrived)]).toEqual([seed, those(wanted)]);
      }
    }
  });

  it("gives way to the entry, and not before", () => {
    const outbox = accepted(write([], "a"), "a", entryAt(3, { client_id: "a" }));
    expect(unsent(outbox)).toEqual([]);
    expect(confirmed(outbox, [entryAt(3)])).toBe(outbox);
    expect(confirmed(outbox, [entryAt(3, { client_id: "a" })])).toEqual([]);
  });
});
