import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { browserLanguage, czechPlural, i18n } from ".";
import { cs } from "./cs";
import { en } from "./en";
import { formatHours, formatMoney, formatVisit, initialsOf, languageName, spanSince, urgencyOf } from "./format";

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") found.set(path + key, value);
    else for (const [inner, words] of leaves(value, `${path}${key}.`)) found.set(inner, words);
  }
  return found;
}
const gaps = (words: string): string[] => [...new Set(words.match(/\{\w+\}/g) ?? [])].sort();

describe("the words", () => {
  const english = leaves(en);
  const czech = leaves(cs);

  it("are there in both languages, and fill no gap that is not given", () => {
    expect([...czech.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, words] of english) {
      const given = gaps(words);
      expect([key, gaps(czech.get(key) ?? "").filter((gap) => !given.includes(gap))]).toEqual([key, []]);
    }
  });

  it("name all that the bot can understand", () => {
    const listed = (file: string): string[] =>
      [...readFileSync(`../../nlu/domain/${file}`, "utf8").matchAll(/^ {2}- (\w+)$/gm)].map((line) => String(line[1]));
    const names = [
      ...listed("intents.yml").map((intent) => `intent.${intent}`),
      ...listed("memory.yml").map((entity) => `entity.${entity}`),
    ];
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !english.has(name))).toEqual([]);
  });

  it("have two forms of a plural in English and three in Czech", () => {
    for (const [key, words] of english) {
      const forms = (text: string): number => text.split(" | ").length;
      const expected = forms(words) === 1 ? [1, 1] : [2, 3];
      expect([key, forms(words), forms(czech.get(key) ?? "")]).toEqual([key, ...expected]);
    }
  });

  it("choose the right form", () => {
    expect([0, 1, 2, 4, 5, 21, 22].map(czechPlural)).toEqual([2, 0, 1, 1, 2, 2, 2]);
    const { t, locale } = i18n.global;
    locale.value = "cs";
    expect([1, 2, 5].map((n) => t("conversation.newCount", { n }, n))).toEqual(["1 nová", "2 nové", "5 nových"]);
    locale.value = "en";
    expect([1, 2].map((n) => t("views.count", { n }, n))).toEqual(["1 conversation", "2 conversations"]);
  });

  it("choose among all forms of every plural message, and fill it", () => {
    const { t, locale } = i18n.global;
    const counts = { en: [[1, 0], [0, 1], [2, 1], [5, 1]], cs: [[1, 0], [2, 1], [4, 1], [0, 2], [5, 2], [21, 2]] } as const;
    for (const [language, words] of [["en", english], ["cs", czech]] as const) {
      locale.value = language;
      for (const [key, message] of words) {
        const forms = message.split(" | ");
        if (forms.length === 1) continue;
        for (const [n, form] of counts[language]) {
          const names = gaps(message).map((gap) => gap.slice(1, -1));
          const counted = names.find((name) => name === "n") ?? names[0] ?? "n";
          const given = Object.fromEntries(names.map((name) => [name, name === counted ? String(n) : `<${name}>`]));
          const filled = t(key, given, n);
          expect([key, n, filled]).toEqual([key, n, forms[form]?.trim().replace(/\{(\w+)\}/g, (_, name: string) => given[name] ?? "")]);
        }
      }
    }
  });

  it("say exactly what is written, with nothing read as a sign of the message format", () => {
    const { t, locale } = i18n.global;
    for (const [language, words] of [["en", english], ["cs", czech]] as const) {
      locale.value = language;
      for (const [key, message] of words) {
        if (message.includes(" | ")) continue;
        const given = Object.fromEntries(gaps(message).map((gap) => [gap.slice(1, -1), `<${gap.slice(1, -1)}>`]));
        expect([key, t(key, given)]).toEqual([key, message.replace(/\{(\w+)\}/g, "<$1>")]);
      }
    }
  });

  it("are in the browser's language where we speak it", () => {
    expect([["sk-SK", "en"], ["de", "cs"], ["en-US"], ["ja"]].map(browserLanguage)).toEqual(["cs", "cs", "en", "en"]);
  });
});

describe("formats", () => {
  const plain = (text: string): string => text.replaceAll("\u00a0", " ");

  it("write money, with fractions only where there are some", () => {
    expect(plain(formatMoney({ amount: 149_900, currency: "CZK" }, "cs"))).toBe("1 499 Kč");
    expect(plain(formatMoney({ amount: 149_950, currency: "CZK" }, "cs"))).toBe("1 499,50 Kč");
    expect(plain(formatMoney({ amount: 49_900, currency: "CZK" }, "en"))).toBe("499 Kč");
  });

  it("name every language, and leave what is none as it came", () => {
    expect(["cs", "eo", "xx", "x", "en_GB"].map((code) => languageName(code, "en"))).toEqual(["Czech", "Esperanto", "xx", "x", "en_GB"]);
    expect(languageName("eo", "cs")).toBe("esperanto");
  });

  it("write a visit", () => {
    const visit = { day: "2026-12-01", starts: "08:00:00", ends: "10:00:00" };
    expect(plain(formatVisit(visit, "cs"))).toBe("úterý 1. 12. 2026, 8:00–10:00");
    expect(formatHours("08:30", "10:00")).toBe("8:30–10:00");
  });

  it("say how long somebody waits, and when that is pressing", () => {
    const since = "2026-11-23T09:00:00Z";
    const after = (minutes: number): number => Date.parse(since) + minutes * 60_000;
    expect([0.5, 7, 125, 3_000].map((minutes) => spanSince(since, after(minutes)))).toEqual([
      { unit: "now", count: 0 }, { unit: "minutes", count: 7 }, { unit: "hours", count: 2 }, { unit: "days", count: 2 },
    ]);
    expect([1, 2, 5].map((minutes) => urgencyOf(since, after(minutes)))).toEqual(["calm", "soon", "late"]);
  });

  it("make initials of any name", () => {
    expect(["Jana Dvořáková", "anna", "", "  Jan  van der Berg ", "😀 x"].map(initialsOf)).toEqual(["JD", "A", "", "JB", "😀X"]);
  });
});
