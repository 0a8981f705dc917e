import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ContactView } from "@/protocol.gen";

const { FakeApiError, api } = vi.hoisted(() => {
  class FakeApiError extends globalThis.Error {
    constructor(readonly error: unknown) {
      super("refused");
    }
  }
  return { FakeApiError, api: vi.fn() };
});
vi.mock("@/session/http", () => ({ ApiError: FakeApiError, api }));
vi.mock("@/session/session", () => ({ useSession: () => ({ operator: { id: "anna" }, check: vi.fn() }) }));
vi.mock("@/conversation/conversations", () => ({ useConversations: () => ({ orderPlaced: vi.fn() }) }));

import { useOrderForm } from "./form";

const contact = { id: "c", name: null, phone: null, username: null, language: null, since: "2026-11-23T10:00:00Z" } as ContactView;
const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
});

const CATALOGUE = { tariffs: [{ code: "optik-500" }], equipment: [], time_windows: [], installation: { amount: 50000, currency: "CZK" } };
const QUOTE = { due: { amount: 50000, currency: "CZK" }, monthly: { amount: 49900, currency: "CZK" } };

function filled() {
  const form = useOrderForm("c1", contact, null);
  const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  Object.assign(form.draft, {
    customer_name: "Jan O<b>Neil", phone: "777 123 456", street: "Lipová 12", town: "Brno", postal_code: "602 00",
    tariff_code: "optik-500", day, time_window: "08:00-10:00", due: "500",
  });
  return form;
}

beforeEach(() => {
  kept.clear();
  api.mockReset();
  api.mockImplementation(async (_: string, path: string) => (path === "/api/catalogue" ? CATALOGUE : QUOTE));
});

describe("the order form", () => {
  it("keeps what only the hub could tell until the words are changed", async () => {
    const form = filled();
    api.mockImplementation(async (_: string, path: string) => {
      if (!path.endsWith("/orders")) return path === "/api/catalogue" ? CATALOGUE : QUOTE;
      throw new FakeApiError({ code: "bad_request", retryable: false, details: { fields: { customer_name: { code: "name_invalid", message: "letters" } } } });
    });
    await form.place();
    expect(form.wrong.value).toEqual(["customer_name"]);
    form.check("customer_name");
    expect(form.errors.value.customer_name?.code).toBe("name_invalid");
    form.draft.customer_name = "Jan Neil";
    form.check("customer_name");
    expect(form.wrong.value).toEqual([]);
  });

  it("forgets that the amount was missing once it is calculated", async () => {
    const form = filled();
    await vi.waitFor(() => expect(form.quote.value).not.toBeNull());
    Object.assign(form.draft, { due: "", due_changed: false });
    form.check("due");
    expect(form.errors.value.due?.code).toBe("due_missing");
    form.draft.equipment = ["router"];
    await vi.waitFor(() => expect(form.draft.due).toBe("500"));
    expect(form.errors.value.due).toBeUndefined();
  });
});
