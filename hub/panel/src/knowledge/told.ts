/** Edits in words: which sentence tells of them, and what fills its gaps. Pure. */
import type { Edit } from "./knowledge";

export interface Told {
  /** Under `knowledge.edit`. */
  readonly key: string;
  readonly n: number;
  /** What the gaps of the sentence stand for, still to be named in the reader's words. */
  readonly topic: string | null;
  readonly to: string | null;
  readonly answer: string | null;
  readonly language: string | null;
  readonly name: string | null;
  readonly team: string | null;
  readonly edits: readonly Edit[];
}

const NOTHING = { topic: null, to: null, answer: null, language: null, name: null, team: null };

function keyOf(edit: Edit): string {
  if (edit.kind === "set_human_only") return edit.team === null ? "unset_human_only" : "set_human_only";
  if (edit.kind === "set_team") return edit.team === null ? "unset_team" : "set_team";
  return edit.kind;
}

function gapsOf(edit: Edit): Omit<Told, "key" | "n" | "edits"> {
  switch (edit.kind) {
    case "add_sentence":
    case "change_sentence":
    case "remove_sentence":
      return { ...NOTHING, topic: edit.topic, language: edit.language };
    case "move_sentence":
      return { ...NOTHING, topic: edit.topic, to: edit.to, language: edit.language };
    case "set_words":
      return { ...NOTHING, answer: edit.answer, language: edit.language };
    case "set_buttons":
      return { ...NOTHING, answer: edit.answer };
    case "set_button_title":
      return { ...NOTHING, name: edit.button, language: edit.language };
    case "set_human_only":
    case "set_team":
      return { ...NOTHING, topic: edit.topic, team: edit.team };
    case "set_fact":
      return { ...NOTHING, name: edit.name, language: edit.language };
    case "add_topic":
      return { ...NOTHING, topic: edit.name };
    case "remove_topic":
      return { ...NOTHING, topic: edit.name };
    case "add_entry":
    case "remove_entry":
      return { ...NOTHING, name: edit.table, language: edit.language };
  }
}

/** One line for all edits of a kind in the same place, in the order in which each place was first touched. */
export function told(edits: readonly Edit[]): Told[] {
  const lines = new Map<string, Told>();
  for (const edit of edits) {
    const gaps = gapsOf(edit);
    const id = JSON.stringify([keyOf(edit), gaps]);
    const before = lines.get(id)?.edits ?? [];
    lines.set(id, { key: keyOf(edit), ...gaps, n: before.length + 1, edits: [...before, edit] });
  }
  return [...lines.values()];
}

export interface Written {
  readonly before: string;
  readonly after: string;
}

/** What was written in all edits of a line: of one thing that was changed again and again, how it began and what it is now. */
export function writtenOf({ edits }: Told): Written[] {
  const all = edits.map(writtenIn);
  const [first, last] = [all[0], all.at(-1)];
  const same = edits[0]?.kind.startsWith("set_") && first && last;
  return (same ? [{ before: first.before, after: last.after }] : all).filter((one) => one.before !== one.after);
}

/** What was written in an edit, for the line below it; empty when the line says it all. */
export function writtenIn(edit: Edit): Written {
  switch (edit.kind) {
    case "add_sentence":
    case "add_entry":
      return { before: "", after: edit.text };
    case "move_sentence":
      return { before: "", after: edit.text };
    case "remove_sentence":
    case "remove_entry":
      return { before: edit.text, after: "" };
    case "change_sentence":
      return { before: edit.before === edit.text ? "" : edit.before, after: edit.text };
    case "set_words":
      return { before: edit.before.join(" / "), after: edit.variants.join(" / ") };
    case "set_button_title":
      return { before: edit.before, after: edit.title };
    case "set_fact":
      return { before: edit.before, after: edit.value };
    case "add_topic":
      return { before: "", after: Object.values(edit.titles).join(" / ") };
    default:
      return { before: "", after: "" };
  }
}
