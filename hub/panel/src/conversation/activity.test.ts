import { describe, expect, it } from "vitest";
import type { OperatorEntry } from "@/protocol.gen";
import { i18n } from "@/words";
import { activityOf } from "./activity";
import { entryAt } from "./samples";

const anna = { kind: "operator", name: "Anna" } as const;
const bot = { kind: "bot", name: "" } as const;
const system = { kind: "system", name: "" } as const;
const until = "2026-11-24T08:00:00Z";
const bodies: [OperatorEntry["author"], OperatorEntry["body"]][] = [
  [system, { kind: "handed_off", reason: "requested", place: 2, opens_at: null }],
  [system, { kind: "handed_off", reason: "bot_timeout", place: null, opens_at: null }],
  [system, { kind: "handed_off", reason: "anger", place: 1, opens_at: null }],
  [system, { kind: "handed_off", reason: "topic", place: 1, opens_at: until }],
  [anna, { kind: "taken", operator_name: "Anna" }],
  [anna, { kind: "released" }],
  [anna, { kind: "transferred", team: "sales", operator_name: null }],
  [anna, { kind: "transferred", team: null, operator_name: "Petr" }],
  [bot, { kind: "case_opened", number: "C-123-4560", category: "complaint" }],
  [bot, { kind: "case_opened", number: "C-123-4560", category: "wish" }],
  [bot, { kind: "case_opened", number: "C-123-4560", category: "fault" }],
  [anna, { kind: "handed_back" }],
  [anna, { kind: "resolved" }],
  [system, { kind: "resolved" }],
  [anna, { kind: "reopened", operator_name: "Anna" }],
  [anna, { kind: "snoozed", until }],
  [system, { kind: "snooze_ended" }],
  [{ kind: "contact", name: "" }, { kind: "rated", score: 5, comment: "Díky" }],
  [{ kind: "contact", name: "" }, { kind: "rated", score: null, comment: "Díky" }],
];

describe.each(["en", "cs"] as const)("activities in %s", (language) => {
  it("all have words of their own, with every gap filled", () => {
    i18n.global.locale.value = language;
    const { t } = i18n.global;
    const told = bodies.map(([author, body]) =>
      activityOf(entryAt(1, { author, body }), {
        say: (key, values) => t(`conversation.activity.${key}`, values, Number(values.n ?? 1)),
        team: (id) => `team ${id}`,
        moment: () => "then",
      }),
    );
    expect(new Set(told).size).toBe(bodies.length);
    expect(told).not.toContain(t("conversation.activity.unknown"));
    for (const words of told) expect(words).not.toMatch(/[{}|]|conversation\.activity/);
  });
});
