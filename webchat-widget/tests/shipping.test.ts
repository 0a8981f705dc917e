import { describe, expect, it } from "vitest";
import type { Link, Outcome } from "../src/app/link";
import { Shipping } from "../src/app/shipping";
import { memoryStore, type Store } from "../src/app/store";
import type { EntryAccepted } from "../src/protocol.gen";
import { own } from "./samples";

interface Sent {
  name: string;
  client_id: string;
  text?: string;
}

/** A hub that answers by script; "lost" = did it and the answer never came. */
class FakeLink {
  connected = true;
  sent: Sent[] = [];
  stored: string[] = [];
  script: ("ok" | "lost" | "refused" | "busy")[] = [];
  private underWay = 0;

  async ask(name: string, request: Sent): Promise<Outcome<EntryAccepted>> {
    this.underWay += 1;
    expect(this.underWay).toBe(1);
    await Promise.resolve();
    this.underWay -= 1;
    this.sent.push({ ...request, name });
    const step = this.script.shift() ?? "ok";
    if (step === "refused") return { ok: false, error: { code: "forbidden", message: "", retryable: false } };
    if (step === "busy") {
      return { ok: false, error: { code: "rate_limited", message: "", retryable: true, retry_after: 0.001 } };
    }
    if (!this.stored.includes(request.client_id)) this.stored.push(request.client_id);
    if (step === "lost") {
      this.connected = false;
      return { ok: false, error: null };
    }
    const entry = own(this.stored.indexOf(request.client_id) + 1, request.text ?? "", request.client_id);
    return { ok: true, data: { entry } };
  }
}

function shippingOver(link: FakeLink, store: Store = memoryStore()) {
  const refused: string[] = [];
  const shipping = new Shipping("demo", store, link as unknown as Link, () => ({ url: null }), {
    changed: () => undefined,
    accepted: () => undefined,
    refused: (_, error) => refused.push(error.code),
  });
  return { shipping, refused, store };
}

const say = (text: string) => ({ kind: "message", text, payload: null }) as const;
const emptied = (shipping: Shipping) =>
  expect.poll(() => shipping.outbox().filter((item) => !item.failed).length, { interval: 1 }).toBe(0);

describe("shipping", () => {
  it("sends everything once, in order, one at a time", async () => {
    const link = new FakeLink();
    const { shipping } = shippingOver(link);
    for (const text of ["a", "b", "c"]) shipping.write(say(text));
    await emptied(shipping);
    expect(link.sent.map((sent) => sent.text)).toEqual(["a", "b", "c"]);
  });

  it("repeats an unanswered message with the same client_id and the same body after the connection is back", async () => {
    const link = new FakeLink();
    link.script = ["lost"];
    const { shipping } = shippingOver(link);
    shipping.write(say("a"));
    await expect.poll(() => link.sent.length, { interval: 1 }).toBe(1);
    shipping.write(say("b"));
    link.connected = true;
    await shipping.ship();
    await emptied(shipping);
    expect(link.sent.map((sent) => sent.text)).toEqual(["a", "a", "b"]);
    expect(link.sent[0]).toEqual(link.sent[1]);
    expect(link.stored).toHaveLength(2);
  });

  it("keeps the order when the first has to wait", async () => {
    const link = new FakeLink();
    link.script = ["busy", "busy"];
    const { shipping } = shippingOver(link);
    shipping.write(say("a"));
    shipping.write(say("b"));
    await emptied(shipping);
    expect(link.sent.map((sent) => sent.text)).toEqual(["a", "a", "a", "b"]);
  });

  it("goes on after a refusal for good and tells about it", async () => {
    const link = new FakeLink();
    link.script = ["refused"];
    const { shipping, refused } = shippingOver(link);
    shipping.write(say("a"));
    shipping.write(say("b"));
    await emptied(shipping);
    expect(refused).toEqual(["forbidden"]);
    expect(shipping.outbox().map((item) => item.failed)).toEqual(["forbidden"]);
  });

  it("leaves what an earlier visit could not send to the next one, under the same client_id", async () => {
    const down = new FakeLink();
    down.connected = false;
    const { shipping, store } = shippingOver(down);
    shipping.write(say("a"));
    const [before] = shipping.outbox();
    const link = new FakeLink();
    const later = shippingOver(link, store).shipping;
    await later.ship();
    expect(link.sent.map((sent) => sent.client_id)).toEqual([before?.clientId]);
    expect(shipping.outbox()).toEqual([]);
  });

  it("takes an entry of the timeline for the acknowledgement that got lost", async () => {
    const link = new FakeLink();
    link.connected = false;
    const { shipping } = shippingOver(link);
    shipping.write(say("a"));
    const id = shipping.outbox()[0]?.clientId ?? "";
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    shipping.confirm([own(1, "a", id)]);
    expect(shipping.outbox()).toEqual([]);
  });
});
