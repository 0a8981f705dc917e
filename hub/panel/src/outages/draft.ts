/** What is filled in about an outage, and how it meets what colleagues have changed meanwhile. Pure. */
import type { Kind, Outage, OutageField, Words } from "./outage";

export interface OutageDraft {
  /** The key under which a new one is made once, however often it is sent. */
  client_id: string;
  kind: Kind;
  towns: string[];
  streets: string[];
  /** As the field has it: `2026-11-30T14:00`, on the clock of this computer; empty when not filled in. */
  starts: string;
  expected_until: string;
  /** By language; what was cleared is empty. */
  words: Record<string, string>;
}

export interface FieldError {
  readonly code: string;
  readonly message: string;
}
export type FormErrors = Partial<Record<OutageField | `words.${string}`, FieldError>>;

/** In the order of the form. */
export const FIELDS: readonly OutageField[] = ["kind", "towns", "streets", "starts", "expected_until", "words"];

/** An instant as a date and time field shows it here. */
export function asField(at: string | number | null): string {
  if (at === null) return "";
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What a date and time field says, as an instant; what is no time goes as it is, for the hub to refuse. */
export function asInstant(field: string): string | null {
  if (!field) return null;
  const at = new Date(field);
  return Number.isNaN(at.getTime()) ? field : at.toISOString();
}

export function newDraft(clientId: string, now: number): OutageDraft {
  return { client_id: clientId, kind: "fault", towns: [], streets: [], starts: asField(now), expected_until: "", words: {} };
}

export function draftOf(outage: Outage): OutageDraft {
  return {
    client_id: "",
    kind: outage.kind,
    towns: [...outage.towns],
    streets: [...outage.streets],
    starts: asField(outage.starts),
    expected_until: asField(outage.expected_until),
    words: { ...outage.words },
  };
}

/** The form as the hub reads it. */
export function bodyOf(draft: OutageDraft): Record<OutageField, unknown> {
  return {
    kind: draft.kind,
    towns: draft.towns,
    streets: draft.streets,
    starts: asInstant(draft.starts),
    expected_until: asInstant(draft.expected_until),
    words: Object.fromEntries(Object.entries(draft.words).filter(([, said]) => said.trim())),
  };
}

/** The languages that the form has a field for: those `known` to the hub, and any other that something was written in. */
export function languagesOf(known: readonly string[], draft: OutageDraft): string[] {
  return [...new Set([...known, ...Object.keys(draft.words)])];
}

/** Whether two drafts say the same of a field. */
export function agree(one: OutageDraft, other: OutageDraft, field: OutageField): boolean {
  if (field === "words") return bothLanguages(one.words, other.words).every((language) => said(one.words, language) === said(other.words, language));
  return JSON.stringify(one[field]) === JSON.stringify(other[field]);
}

const said = (words: Words, language: string): string => words[language] ?? "";
const bothLanguages = (one: Words, other: Words): string[] => [...new Set([...Object.keys(one), ...Object.keys(other)])];

export interface Merge {
  readonly draft: OutageDraft;
  /** What only they have changed, and is theirs now. */
  readonly taken: readonly OutageField[];
  /** What both have changed differently, and is still ours. */
  readonly disputed: readonly OutageField[];
}

/** Our draft, begun from `base`, beside what is `theirs` by now: nothing that we typed is lost. Words are merged by language. */
export function merged(draft: OutageDraft, base: OutageDraft, theirs: OutageDraft): Merge {
  const words = mergedWords(draft.words, base.words, theirs.words);
  const changed = FIELDS.filter((field) => !agree(base, theirs, field) && !agree(draft, theirs, field));
  const disputed = changed.filter((field) => (field === "words" ? words.disputed : !agree(draft, base, field)));
  const taken = changed.filter((field) => !disputed.includes(field));
  const next = { ...draft, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])), words: words.merged };
  return { draft: next, taken, disputed };
}

function mergedWords(ours: Words, base: Words, theirs: Words): { readonly merged: Record<string, string>; readonly disputed: boolean } {
  const languages = bothLanguages(ours, theirs);
  const kept = (language: string): boolean => said(ours, language) !== said(base, language);
  const merged = Object.fromEntries(languages.map((language) => [language, said(kept(language) ? ours : theirs, language)]));
  const changed = (language: string): boolean => said(theirs, language) !== said(base, language) && said(theirs, language) !== said(ours, language);
  return { merged, disputed: languages.some((language) => kept(language) && changed(language)) };
}

/** The hub's field errors beside our fields. */
export function placed(fields: Record<string, unknown>): FormErrors {
  const errors: FormErrors = {};
  for (const [path, value] of Object.entries(fields)) {
    const { code, message } = (value ?? {}) as Partial<FieldError>;
    const [head = "", tail = ""] = path.split(".");
    const field = head === "words" && tail ? (`words.${tail}` as const) : FIELDS.find((one) => one === head);
    if (field) errors[field] ??= { code: code ?? "invalid", message: message ?? path };
  }
  return errors;
}

/** A draft that was kept on this computer; null when it cannot be one of ours. */
export function restored(stored: unknown): OutageDraft | null {
  const one = stored as Partial<OutageDraft> | null;
  if (typeof one !== "object" || one === null) return null;
  const texts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === "string");
  const words = (value: unknown): boolean => typeof value === "object" && value !== null && texts(Object.values(value));
  const sound =
    typeof one.client_id === "string" && (one.kind === "fault" || one.kind === "planned") && texts(one.towns) && texts(one.streets) &&
    typeof one.starts === "string" && typeof one.expected_until === "string" && words(one.words);
  return sound ? (one as OutageDraft) : null;
}
