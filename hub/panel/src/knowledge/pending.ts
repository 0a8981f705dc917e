/** What is on its way to the hub, shown where it will be. Pure. */
import type { Edit, MarkedText, Sentence } from "./knowledge";

export interface Row extends Sentence {
  /** Not saved yet. */
  readonly waiting: boolean;
}

export interface Rows {
  readonly rows: readonly Row[];
  readonly removed: readonly MarkedText[];
}

/** The sentences of a topic in a language as they will be once these edits are saved. */
export function withPending(topic: string, language: string, sentences: readonly Sentence[], removed: readonly MarkedText[], edits: readonly Edit[]): Rows {
  let rows: Row[] = sentences.map((sentence) => ({ ...sentence, waiting: false }));
  let gone: MarkedText[] = [...removed];
  for (const edit of edits) {
    if (!("language" in edit) || edit.language !== language) continue;
    if (edit.kind === "add_sentence" && edit.topic === topic) {
      gone = gone.filter((one) => one.text !== edit.text);
      if (!rows.some((row) => row.text === edit.text)) rows = [...rows, { text: edit.text, marks: edit.marks, state: "added", before: null, waiting: true }];
    } else if (edit.kind === "change_sentence" && edit.topic === topic) {
      rows = rows.map((row) => (row.text === edit.before ? { ...row, text: edit.text, marks: edit.marks, state: row.state === "added" ? "added" : "changed", before: row.before ?? edit.before, waiting: true } : row));
    } else if ((edit.kind === "remove_sentence" || edit.kind === "move_sentence") && edit.topic === topic) {
      rows = rows.filter((row) => row.text !== edit.text);
    }
  }
  return { rows, removed: gone };
}

/** What was added last stands first, right below where it was written. */
export function newestFirst(rows: readonly Row[]): Row[] {
  return [...rows.filter((row) => row.state === "added").reverse(), ...rows.filter((row) => row.state !== "added")];
}
