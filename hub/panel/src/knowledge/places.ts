/** Addresses within the section. Pure. */
import type { RouteLocationRaw } from "vue-router";
import type { Edit, Finding, Hit, Overview } from "./knowledge";

export const SECTIONS = ["topics", "answers", "facts", "tables", "unanswered", "figures", "changes", "versions"] as const;
export type Section = (typeof SECTIONS)[number];

type Known = Pick<Overview, "topics"> | null;

function at(section: Section, id = "", part = "", query: Record<string, string> = {}): RouteLocationRaw {
  return { name: "knowledge", params: { section, id, part }, query };
}

const within = (language: string | null | undefined): Record<string, string> => (language ? { language } : {});

export const topicAt = (name: string, language?: string | null): RouteLocationRaw => at("topics", name, "", within(language));
export const tableAt = (language: string, name: string): RouteLocationRaw => at("tables", language, name);
export const buttonsAt = (): RouteLocationRaw => at("answers", "", "", { part: "buttons" });
export const versionAt = (number: number): RouteLocationRaw => at("versions", String(number));
export const sectionAt = (section: Section): RouteLocationRaw => at(section);

/** An answer named like a topic is edited beside the topic's sentences. */
export function answerAt(name: string, known: Known, language?: string | null): RouteLocationRaw {
  return known?.topics.some((topic) => topic.name === name) ? topicAt(name, language) : at("answers", name, "", within(language));
}

/** Where to mend what was found; null when it belongs to no place. */
export function findingAt(finding: Finding, known: Known): RouteLocationRaw | null {
  if (finding.topic) return topicAt(finding.topic, finding.language);
  if (finding.answer) return answerAt(finding.answer, known, finding.language);
  if (finding.table && finding.language) return tableAt(finding.language, finding.table);
  return finding.button ? buttonsAt() : null;
}

export function hitAt(hit: Hit, known: Known): RouteLocationRaw {
  if (hit.kind === "topic" || hit.kind === "sentence") return topicAt(hit.name, hit.language);
  if (hit.kind === "table") return tableAt(hit.language ?? "", hit.name);
  return hit.kind === "button" ? buttonsAt() : answerAt(hit.name, known, hit.language);
}

export function editAt(edit: Edit, known: Known): RouteLocationRaw {
  switch (edit.kind) {
    case "add_sentence":
    case "change_sentence":
    case "remove_sentence":
      return topicAt(edit.topic, edit.language);
    case "move_sentence":
      return topicAt(edit.to, edit.language);
    case "set_words":
      return answerAt(edit.answer, known, edit.language);
    case "set_buttons":
      return answerAt(edit.answer, known);
    case "set_button_title":
      return buttonsAt();
    case "set_human_only":
    case "set_team":
      return topicAt(edit.topic);
    case "set_fact":
      return at("facts");
    case "add_topic":
      return topicAt(edit.name);
    case "remove_topic":
      return at("topics");
    case "add_entry":
    case "remove_entry":
      return tableAt(edit.language, edit.table);
  }
}
