/** Edits, findings and refusals as sentences in the reader's language. */
import { useI18n } from "vue-i18n";
import type { Error as WireError } from "@/protocol.gen";
import { reasonOf } from "@/realtime/reasons";
import type { Finding } from "./knowledge";
import { useNaming } from "./naming";
import type { Told } from "./told";

export interface Saying {
  readonly edit: (line: Told) => string;
  readonly finding: (finding: Finding) => string;
  readonly refusal: (error: WireError | null) => string;
}

export function useSaying(): Saying {
  const { t, te } = useI18n();
  const name = useNaming();

  function edit(line: Told): string {
    const gaps = {
      n: line.n,
      topic: line.topic ? name.topic(line.topic) : "",
      to: line.to ? name.topic(line.to) : "",
      answer: line.answer ? name.answer(line.answer) : "",
      language: line.language ? name.language(line.language) : "",
      name: line.name ? (line.key.endsWith("_entry") ? name.table(line.name) : line.name.replaceAll("_", " ")) : "",
      team: line.team ? name.team(line.team) : "",
    };
    return t(`knowledge.edit.${line.key}`, gaps, line.n);
  }

  function finding(one: Finding): string {
    const plain = `knowledge.finding.${one.kind}`;
    const key = te(`${plain}_${one.params.why}`) ? `${plain}_${one.params.why}` : plain;
    if (!te(key)) return String(one.params.message ?? one.text ?? one.kind);
    const n = Number(one.params.count ?? 0);
    return t(key, { ...one.params, n, ...named(one) }, n);
  }

  /** What the gaps of a sentence about a finding stand for. */
  function named(one: Finding): Record<string, string> {
    const topic = (key: unknown): string => (typeof key === "string" ? name.topic(key) : "");
    return {
      topic: topic(one.topic ?? one.params.topic), answer: one.answer ? name.answer(one.answer) : "", language: one.language ? name.language(one.language) : "",
      table: one.table ? name.table(one.table) : "", button: one.button ?? "", text: one.text ?? "", other: topic(one.params.other), missing: one.answer ? name.answer(one.answer) : (one.button ?? ""),
    };
  }

  /** The hub's own words where it refuses what was written: they are made for those who write it. */
  function refusal(error: WireError | null): string {
    if (error === null) return reasonOf(null, false);
    const reason = String(error.details?.why ?? "");
    if (reason && te(`knowledge.refused.${reason}`)) return t(`knowledge.refused.${reason}`, { ...error.details, by: String(error.details?.by || t("knowledge.somebody")) });
    if (error.code === "conflict" && error.details && "theirs" in error.details) return t("knowledge.refused.overtaken");
    const wrong = ["bad_request", "invalid_state", "conflict", "too_large"].includes(error.code);
    return wrong && error.message ? error.message : reasonOf(error, true);
  }

  return { edit, finding, refusal };
}
