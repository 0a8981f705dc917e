/** What the bot knows, for tests. */
import type { Done, DraftBrief, Edit, Finding, Overview, Sentence, TopicBrief } from "./knowledge";
import type { Figures, Result, Training } from "./trainings";
import type { Alike, Unanswered } from "./unanswered";

export function brief(fields: Partial<TopicBrief> = {}): TopicBrief {
  return { name: "ask_invoice", title: { cs: "Faktura", en: "Invoice" }, group: "billing", team: "billing", human_only: false, made: "words", sentences: { cs: 9, en: 8 }, edited: false, findings: 0, removable: true, ...fields };
}

export const draft = (fields: Partial<DraftBrief> = {}): DraftBrief => ({ version: 1, edits: 0, conflicts: 0, updated_at: null, topics: [], ...fields });

export function overview(fields: Partial<Overview> = {}): Overview {
  const topics = fields.topics ?? [brief(), brief({ name: "ask_payment", title: { cs: "Platby", en: "Payments" } })];
  return {
    revision: "r1", may_edit: true, languages: [{ code: "cs", name: "čeština" }, { code: "en", name: "English" }], groups: [{ name: "billing", topics: topics.map((one) => one.name) }], teams: ["support", "billing"],
    entities: ["town", "date", "amount"], topics, answers: topics.map(({ name }) => ({ name, edited: false, findings: 0 })), tables: [], draft: draft(), text: "t1", others: [], findings: { errors: 0, warnings: 0 },
    published: { number: 3, at: "2026-11-23T09:00:00Z", by: "Jana" }, by_hand: [], training: null, unanswered: 0, ...fields,
  };
}

export const sentence = (text: string, fields: Partial<Sentence> = {}): Sentence => ({ text, marks: [], state: "same", before: null, ...fields });
export const added = (text: string, fields: Partial<Extract<Edit, { kind: "add_sentence" }>> = {}): Edit => ({ kind: "add_sentence", topic: "ask_invoice", language: "cs", text, marks: [], ...fields });
export const done = (edit: Edit): Done => ({ at: "2026-11-23T09:00:00Z", by: "Jana", version: null, edit });

export function finding(fields: Partial<Finding> = {}): Finding {
  return { kind: "few_sentences", severity: "warning", topic: "ask_invoice", answer: null, table: null, button: null, language: "cs", text: null, params: {}, ...fields };
}

export function unanswered(id: string, fields: Partial<Unanswered> = {}): Unanswered {
  return { id, text: `věta ${id}`, language: "cs", at: "2026-11-23T09:00:00Z", count: 1, reason: "not_understood", guess: null, channel: "webchat", state: "open", placed: null, ...fields };
}
export const alike = (id: string, ...ids: readonly string[]): Alike => ({ id, sentences: ids.map((one) => unanswered(one)) });

export const figures = (right: number): Figures => ({ held_out: { right, of: 100 }, mistyped: { right: 70, of: 100 }, dialogues: { right: 9, of: 9 }, trained_seconds: 40 });
export function result(fields: Partial<Result> = {}): Result {
  return { published: figures(90), draft: figures(92), worse: false, topics: [], sentences: [], dialogues: [], real: [], ...fields };
}
export function training(fields: Partial<Training> = {}): Training {
  return { id: "t1", state: "training", progress: 0.5, seconds_left: 20, started_at: "2026-11-23T09:00:00Z", ended_at: null, by: "Jana", outdated: false, message: null, findings: [], result: null, ...fields };
}
