/** What is filled in about an outage, and how it meets what colleagues have changed meanwhile. Pure. */
import { LANGUAGES, type Language } from "@/words/format";
import type { Kind, Outage, OutageField } from "./outage";

export interface OutageDraft {
  /** The key under which a new one is made once, however often it is sent. */
  client_id: string;
  kind: Kind;
  towns: string[];
  streets: string[];
  /** As the field has it: `2026-11-30T14:00`, on the clock of this computer; empty when not filled in. */
  starts: string;
  expected_until: string;
  words: Record<Language, string>;
}

export interface FieldError {
  readonly code: string;
  readonly message: string;
}
export type FormErrors = Partial<Record<OutageField | `words.${Language}`, FieldError>>;

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
  return { client_id: clientId, kind: "fault", towns: [], streets: [], starts: asField(now), expected_until: "", words: { cs: "", en: "" } };
}

export function draftOf(outage: Outage): OutageDraft {
  return {
    client_id: "",
    kind: outage.kind,
    towns: [...outage.towns],
    streets: [...outage.streets],
    starts: asField(outage.starts),
    expected_until: asField(outage.expected_until),
    words: { cs: outage.words.cs ?? "", en: outage.words.en ?? "" },
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
    words: draft.words,
  };
}

/** Whether two drafts say the same of a field. */
export function agree(one: OutageDraft, other: OutageDraft, field: OutageField): boolean {
  return JSON.stringify(one[field]) === JSON.stringify(other[field]);
}

export interface Merge {
  readonly draft: OutageDraft;
  /** What only they have changed, and is theirs now. */
  readonly taken: readonly OutageField[];
  /** What both have changed differently, and is still ours. */
  readonly disputed: readonly OutageField[];
}

/** Our draft, begun from `base`, beside what is `theirs` by now: nothing that we typed is lost. */
export function merged(draft: OutageDraft, base: OutageDraft, theirs: OutageDraft): Merge {
  const changed = FIELDS.filter((field) => !agree(base, theirs, field) && !agree(draft, theirs, field));
  const taken = changed.filter((field) => agree(draft, base, field));
  const disputed = changed.filter((field) => !agree(draft, base, field));
  const next = { ...draft, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])) };
  return { draft: next, taken, disputed };
}

/** The hub's field errors beside our fields. */
export function placed(fields: Record<string, unknown>): FormErrors {
  const errors: FormErrors = {};
  for (const [path, value] of Object.entries(fields)) {
    const { code, message } = (value ?? {}) as Partial<FieldError>;
    const [head = "", tail = ""] = path.split(".");
    const language = LANGUAGES.find((one) => head === "words" && one === tail);
    const field = language ? (`words.${language}` as const) : FIELDS.find((one) => one === head);
    if (field) errors[field] ??= { code: code ?? "invalid", message: message ?? path };
  }
  return errors;
}

/** A draft that was kept on this computer; null when it cannot be one of ours. */
export function restored(stored: unknown): OutageDraft | null {
  const one = stored as Partial<OutageDraft> | null;
  if (typeof one !== "object" || one === null) return null;
  const texts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === "string");
  const words = one.words as Partial<Record<Language, unknown>> | undefined;
  const sound =
    typeof one.client_id === "string" && (one.kind === "fault" || one.kind === "planned") && texts(one.towns) && texts(one.streets) &&
    typeof one.starts === "string" && typeof one.expected_until === "string" && LANGUAGES.every((language) => typeof words?.[language] === "string");
  return sound ? (one as OutageDraft) : null;
}
