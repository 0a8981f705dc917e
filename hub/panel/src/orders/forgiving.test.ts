import { describe, expect, it } from "vitest";
import { LANGUAGES, formatMoney } from "@/words/format";
import { parseAmount, writtenAmount } from "./amount";
import { formatPhone, parsePhone } from "./phone";
import { parsePostalCode } from "./postal";

describe("phone numbers", () => {
  it.each([
    ["777 123 456", "+420777123456"],
    ["777-123-456", "+420777123456"],
    ["+420 777 123 456", "+420777123456"],
    ["00420777123456", "+420777123456"],
    ["420777123456", "+420777123456"],
    ["+421 905 123 456", "+421905123456"],
    ["+44 (0)20 7946 0958", "+442079460958"],
  ])("understand %s", (written, meant) => expect(parsePhone(written)).toBe(meant));

  it.each(["", "12", "777 123 45", "+420 777 123", "777 123 4567", "call me", "0777123456"])("refuse “%s”", (written) =>
    expect(parsePhone(written)).toBeNull());

  it("are understood as they are shown", () => expect(parsePhone(formatPhone("+420777123456"))).toBe("+420777123456"));

  it("are shown in groups", () => expect(formatPhone("+420777123456")).toBe("+420\u00a0777\u00a0123\u00a0456"));
});

describe("postal codes", () => {
  it.each([["60200", "602 00"], ["602 00", "602 00"], ["602-00", "602 00"], ["CZ-602 00", "602 00"]])("understand %s", (written, meant) =>
    expect(parsePostalCode(written)).toBe(meant));

  it.each(["", "6020", "602000", "802 00", "abc"])("refuse “%s”", (written) => expect(parsePostalCode(written)).toBeNull());
});

describe("amounts", () => {
  it.each([
    ["1499", 149_900],
    ["1 499", 149_900],
    ["1\u00a0499\u00a0Kč", 149_900],
    ["1499,50", 149_950],
    ["1499,5", 149_950],
    ["1.499,-", 149_900],
    ["1.499 Kč", 149_900],
    ["CZK 1,499.00", 149_900],
    ["0", 0],
  ])("understand %s", (written, meant) => expect(parseAmount(written)).toBe(meant));

  it.each(["", "free", "-5", "1,2,3", "12345678901"])("refuse “%s”", (written) => expect(parseAmount(written)).toBeNull());

  it("survive being written and read", () => {
    for (let amount = 0; amount <= 10_000_000; amount += 7_919) expect(parseAmount(writtenAmount(amount))).toBe(amount);
    for (let amount = 0; amount <= 200; amount += 1) expect(parseAmount(writtenAmount(amount))).toBe(amount);
  });

  it("mean the same as the panel itself writes them, in both languages", () => {
    for (const amount of [0, 5, 49_900, 149_950, 9_999_900]) {
      for (const language of LANGUAGES) expect(parseAmount(formatMoney({ amount, currency: "CZK" }, language))).toBe(amount);
    }
  });
});
