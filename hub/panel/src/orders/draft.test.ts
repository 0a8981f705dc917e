import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { rowOfSample } from "@/conversation/samples";
import { cs } from "@/words/cs";
import { en } from "@/words/en";
import { FIELDS, LONGEST_NOTE, type OrderDraft, checked, newDraft, orderBody, placed, restoredDraft } from "./draft";

const TODAY = "2026-11-23";
const { contact } = rowOfSample("a");
const filled: OrderDraft = {
  ...newDraft("11111111-1111-4111-8111-111111111111", contact, null),
  customer_name: " Jana Dvořáková ", phone: "777 123 456", street: "Lipová 12", town: "Brno", postal_code: "60200",
  tariff_code: "optik-500", day: "2026-12-01", time_window: "08:00-10:00", equipment: ["router-wifi6"], due: "1 499", note: "",
};

describe("an order's draft", () => {
  it("begins with what the contact is known by, then with what the bot understood", () => {
    const understood = { intent: "how_to_order", confidence: 0.9, entities: { tariff: "optik-500", town: "Brno", name: "Janička" } };
    const known = newDraft("id", { ...contact, name: "Jana", phone: "+420777123456" }, understood);
    expect(known).toMatchObject({ customer_name: "Jana", phone: "+420 777 123 456", tariff_code: "optik-500", town: "Brno" });
    expect(newDraft("id", contact, understood).customer_name).toBe("Janička");
  });

  it("names everything that is missing, in words of both languages", () => {
    const errors = checked(newDraft("id", contact, null), TODAY);
    const free = ["equipment", "note"];
    expect(Object.keys(errors).sort()).toEqual(FIELDS.filter((field) => !free.includes(field)).sort());
    for (const error of Object.values(errors)) {
      expect(en.order.error).toHaveProperty(error.code);
      expect(cs.order.error).toHaveProperty(error.code);
    }
  });

  it("is right when it is right", () => expect(checked(filled, TODAY)).toEqual({}));

  it.each([
    [{ phone: "12" }, "phone", "phone_invalid"],
    [{ postal_code: "6020" }, "address.postal_code", "postal_code_invalid"],
    [{ day: "2026-11-22" }, "visit.day", "day_past"],
    [{ due: "a lot" }, "due", "due_invalid"],
    [{ due: "100 000,01" }, "due", "due_too_high"],
    [{ street: "x".repeat(201) }, "address.street", "too_long"],
    [{ customer_name: "   " }, "customer_name", "customer_name_missing"],
    [{ note: "x".repeat(LONGEST_NOTE + 1) }, "note", "too_long"],
  ] as const)("is refused with %o", (change, field, code) => {
    expect(checked({ ...filled, ...change }, TODAY)).toEqual({ [field]: { code, message: code } });
  });

  it("is sent as the hub reads it", () => {
    expect(orderBody(filled, "CZK")).toEqual({
      client_id: filled.client_id,
      customer_name: "Jana Dvořáková",
      phone: "+420777123456",
      address: { street: "Lipová 12", town: "Brno", postal_code: "602 00" },
      tariff_code: "optik-500",
      visit: { day: "2026-12-01", starts: "08:00", ends: "10:00" },
      equipment: ["router-wifi6"],
      due: { amount: 149_900, currency: "CZK" },
      note: "",
    });
  });

  it("has the hub's errors beside its fields, and loses none", () => {
    const { errors, other } = placed({
      phone: { code: "phone_invalid", message: "m" },
      "due.amount": { code: "amount_invalid", message: "m" },
      "visit.starts": { code: "window_invalid", message: "m" },
      "equipment.0": { code: "equipment_unknown", message: "m" },
      stranger: { code: "unknown_field", message: "m" },
    });
    expect(Object.entries(errors).map(([field, error]) => `${field}: ${error.code}`)).toEqual([
      "phone: phone_invalid", "due: amount_invalid", "visit.time: window_invalid", "equipment: equipment_unknown",
    ]);
    expect(other).toEqual([{ code: "unknown_field", message: "m" }]);
  });

  it("has words for every error the hub may find in a field", () => {
    const hub = fileURLToPath(new URL("../../../", import.meta.url));
    const sources = ["orders/fields.py", "orders/order.py", "customers/fields.py"].map((path) => readFileSync(hub + path, "utf8"));
    const codes = new Set(sources.flatMap((source) => [...source.matchAll(/(?:FieldError\(|\b_code\([^"]*)\s*"([a-z_]+)"/g)].map((match) => match[1] as string)));
    expect([...codes]).toEqual(expect.arrayContaining(["required", "too_long", "phone_invalid", "visit_past", "window_invalid", "tariff_unknown", "equipment_unknown", "unknown_field"]));
    for (const code of codes) {
      expect(Object.keys(en.order.error)).toContain(code);
      expect(Object.keys(cs.order.error)).toContain(code);
    }
  });

  it("takes any shape of errors from the hub", () => {
    expect(placed({ phone: null, "visit.ends": {} }).errors).toEqual({
      phone: { code: "invalid", message: "phone" }, "visit.time": { code: "invalid", message: "visit.ends" },
    });
  });

  it("comes back from storage only whole", () => {
    const blank = newDraft("other", contact, null);
    expect(restoredDraft(JSON.parse(JSON.stringify(filled)), blank)).toEqual(filled);
    for (const broken of [null, "x", {}, { ...filled, equipment: "router" }, { ...filled, due: 5 }]) expect(restoredDraft(broken, blank)).toBeNull();
  });
});
