/** What the bot understands and says, as the hub tells of it over HTTP. */
import { api } from "@/session/http";
import type { Training } from "./trainings";

/** Something in each language that the bot speaks. */
export type Words = Readonly<Record<string, string>>;
export type Variants = Readonly<Record<string, readonly string[]>>;
export type State = "same" | "added" | "changed" | "removed";

/** Marked words of a sentence; places are counted in code points. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly entity: string;
  readonly value: string | null;
}

export interface MarkedText {
  readonly text: string;
  readonly marks: readonly Mark[];
}

export interface Sentence extends MarkedText {
  readonly state: State;
  /** The text on disk when it was changed in this draft. */
  readonly before: string | null;
}

export type Edit =
  | { readonly kind: "add_sentence"; readonly topic: string; readonly language: string; readonly text: string; readonly marks: readonly Mark[] }
  | { readonly kind: "change_sentence"; readonly topic: string; readonly language: string; readonly before: string; readonly text: string; readonly marks: readonly Mark[] }
  | { readonly kind: "remove_sentence"; readonly topic: string; readonly language: string; readonly text: string }
  | { readonly kind: "move_sentence"; readonly topic: string; readonly language: string; readonly text: string; readonly to: string }
  | { readonly kind: "set_words"; readonly answer: string; readonly language: string; readonly variants: readonly string[]; readonly before: readonly string[] }
  | { readonly kind: "set_buttons"; readonly answer: string; readonly buttons: readonly string[]; readonly before: readonly string[] }
  | { readonly kind: "set_button_title"; readonly button: string; readonly language: string; readonly title: string; readonly before: string }
  | { readonly kind: "set_human_only"; readonly topic: string; readonly team: string | null; readonly before: string | null }
  | { readonly kind: "set_team"; readonly topic: string; readonly team: string | null; readonly before: string | null }
  | { readonly kind: "set_fact"; readonly language: string; readonly name: string; readonly value: string; readonly before: string }
  | { readonly kind: "add_topic"; readonly name: string; readonly group: string; readonly titles: Words; readonly words: Variants; readonly human_only: string | null }
  | { readonly kind: "remove_topic"; readonly name: string }
  | { readonly kind: "add_entry"; readonly language: string; readonly table: string; readonly text: string }
  | { readonly kind: "remove_entry"; readonly language: string; readonly table: string; readonly text: string };

/** An edit that somebody has made; `version` is the one it was published in. */
export interface Done {
  readonly at: string;
  readonly by: string;
  readonly version: number | null;
  readonly edit: Edit;
}

export const FINDINGS = ["few_sentences", "same_sentence", "near_duplicate", "missing_language", "unused_answer", "unknown_placeholder", "broken_button", "unreachable_topic", "bad_pattern", "rasa"] as const;

export interface Finding {
  readonly kind: string;
  readonly severity: "error" | "warning";
  readonly topic: string | null;
  readonly answer: string | null;
  readonly table: string | null;
  readonly button: string | null;
  readonly language: string | null;
  readonly text: string | null;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface TopicBrief {
  readonly name: string;
  readonly title: Words;
  readonly group: string;
  /** Whose topic it is. */
  readonly team: string | null;
  readonly human_only: boolean;
  /** "code": the answer is made out of data; its words live in other answers. */
  readonly made: "words" | "code";
  readonly sentences: Readonly<Record<string, number>>;
  readonly edited: boolean;
  readonly findings: number;
  readonly removable: boolean;
}

export interface Answer {
  readonly name: string;
  readonly words: Variants;
  readonly before: Variants | null;
  readonly buttons: readonly string[];
  /** What the bot may fill in with braces, beside the facts. */
  readonly values: readonly string[];
  readonly facts: Readonly<Record<string, Words>>;
  readonly handoff: { readonly team: string | null; readonly reason: string } | null;
  readonly offer: string | null;
  readonly state: State;
  readonly history: readonly Done[];
  readonly findings?: readonly Finding[];
}

export interface Topic extends Omit<TopicBrief, "sentences" | "findings"> {
  readonly sentences: Readonly<Record<string, readonly Sentence[]>>;
  readonly removed: Readonly<Record<string, readonly MarkedText[]>>;
  readonly answer: Answer | null;
  readonly says: readonly string[];
  readonly history: readonly Done[];
  readonly findings: readonly Finding[];
}

export interface Button {
  readonly name: string;
  readonly payload: string;
  readonly topic: string | null;
  readonly titles: Words;
  readonly used_by: readonly string[];
}

export interface Table {
  readonly language: string;
  readonly name: string;
  readonly entries: readonly { readonly text: string; readonly state: State }[];
  readonly removed: readonly string[];
  readonly history: readonly Done[];
  readonly findings: readonly Finding[];
}

export interface DraftBrief {
  readonly version: number;
  readonly edits: number;
  readonly conflicts: number;
  readonly updated_at: string | null;
  readonly topics: readonly string[];
}

export interface Conflict {
  readonly theirs: string | null;
  readonly by: string | null;
}

export interface DraftEdit {
  readonly id: string;
  readonly at: string;
  readonly edit: Edit;
  readonly conflict: Conflict | null;
}

export interface FileChange {
  readonly path: string;
  readonly diff: string;
}

export interface Draft {
  readonly version: number;
  readonly edits: readonly DraftEdit[];
  readonly changes: readonly FileChange[];
}

/** Somebody else who has a draft, and the topics that it touches. */
export interface Colleague {
  readonly name: string;
  readonly topics: readonly string[];
  readonly updated_at: string;
}

export interface Overview {
  readonly revision: string | number;
  readonly may_edit: boolean;
  readonly languages: readonly { readonly code: string; readonly name: string }[];
  readonly groups: readonly { readonly name: string; readonly topics: readonly string[] }[];
  readonly teams: readonly string[];
  readonly entities: readonly string[];
  readonly topics: readonly TopicBrief[];
  readonly answers: readonly { readonly name: string; readonly edited: boolean; readonly findings: number }[];
  readonly tables: readonly { readonly language: string; readonly name: string; readonly size: number; readonly edited: boolean }[];
  readonly draft: DraftBrief;
  /** Another one whenever a word of the files has changed. */
  readonly text: string;
  readonly others: readonly Colleague[];
  readonly findings: { readonly errors: number; readonly warnings: number };
  readonly published: { readonly number: number; readonly at: string; readonly by: string } | null;
  readonly by_hand: readonly string[];
  readonly training: Training | null;
  readonly unanswered: number;
}

export interface Hit {
  readonly kind: "topic" | "sentence" | "answer" | "table" | "button";
  readonly name: string;
  readonly language: string | null;
  readonly text: string;
}

const HOME = "/api/knowledge";
const part = encodeURIComponent;

// All of them throw `ApiError`.
export const readOverview = (): Promise<Overview> => api("GET", HOME);
export const readTopic = (name: string): Promise<Topic> => api("GET", `${HOME}/topics/${part(name)}`);
export const readAnswer = (name: string): Promise<Answer> => api("GET", `${HOME}/answers/${part(name)}`);
export const readButtons = (): Promise<readonly Button[]> => api("GET", `${HOME}/buttons`);
export const readTable = (language: string, name: string): Promise<Table> => api("GET", `${HOME}/tables/${part(language)}/${part(name)}`);
export const search = (words: string): Promise<readonly Hit[]> => api("GET", `${HOME}/search?q=${part(words)}`);
export const readFindings = (): Promise<readonly Finding[]> => api("GET", `${HOME}/findings`);
export const findingsWith = (edits: readonly Edit[]): Promise<readonly Finding[]> => api("POST", `${HOME}/findings`, { edits });
export const readDraft = (): Promise<Draft> => api("GET", `${HOME}/draft`);
export const sendEdits = (version: number, edits: readonly Edit[]): Promise<DraftBrief> => api("POST", `${HOME}/edits`, { version, edits });
export const undoEdit = (version: number): Promise<DraftBrief> => api("POST", `${HOME}/edits/undo`, { version });
export const dropDraft = (version: number): Promise<DraftBrief> => api("DELETE", `${HOME}/draft?version=${version}`);
export const settle = (version: number, id: string, keep: "mine" | "theirs"): Promise<DraftBrief> => api("POST", `${HOME}/draft/conflicts`, { version, id, keep });
