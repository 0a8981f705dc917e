/** Outages as the hub tells of them over HTTP. */
import { api } from "@/session/http";

export type Kind = "fault" | "planned";
export type OutageField = "kind" | "towns" | "streets" | "starts" | "expected_until" | "words";

/** Something said in each language: those that the hub has words of, and whatever else an outage holds. */
export type Words = Readonly<Record<string, string>>;

export interface Outage {
  readonly id: string;
  readonly kind: Kind;
  readonly phase: "now" | "planned" | "over";
  /** A fault that should have been mended by now. */
  readonly overdue: boolean;
  readonly towns: readonly string[];
  readonly streets: readonly string[];
  readonly starts: string;
  readonly expected_until: string | null;
  readonly ended_at: string | null;
  readonly over_at: string | null;
  readonly words: Words;
  readonly version: number;
  readonly updated_at: string;
  readonly updated_by: string;
}

export interface Change {
  readonly version: number;
  readonly deed: "created" | "changed" | "ended" | "reopened";
  readonly by: string;
  readonly at: string;
  readonly fields: readonly OutageField[];
}

/** What the bot tells of it; `told_from` while it is too early to. */
export interface Told {
  readonly texts: Words;
  readonly told_from: string | null;
}

export interface WholeOutage extends Outage {
  readonly history: readonly Change[];
  readonly told: Told;
}

export interface Present {
  readonly now: readonly Outage[];
  readonly planned: readonly Outage[];
  readonly may_edit: boolean;
  /** Those that customers are written to in. */
  readonly languages: readonly string[];
}

export interface Past {
  readonly outages: readonly Outage[];
  readonly next: string | null;
}

export interface Place {
  readonly town: string;
  readonly streets: readonly string[];
}

/** The `details` of a conflict: what is there now, and what others have done to it. */
export interface Conflict {
  readonly outage: Outage;
  readonly by: string;
  readonly fields: readonly OutageField[];
  readonly deeds: readonly Change["deed"][];
}

// All of them throw `ApiError`.
export const readPresent = (): Promise<Present> => api("GET", "/api/outages");
export const readPast = (before: string | null): Promise<Past> =>
  api("GET", `/api/outages/over${before ? `?before=${encodeURIComponent(before)}` : ""}`);
export const readPlaces = (): Promise<readonly Place[]> => api("GET", "/api/outages/places");
export const readOne = (id: string): Promise<WholeOutage> => api("GET", `/api/outages/${id}`);
export const preview = (form: object): Promise<Told> => api("POST", "/api/outages/preview", form);
export const create = (form: object): Promise<WholeOutage> => api("POST", "/api/outages", form);
export const change = (id: string, form: object): Promise<WholeOutage> => api("PUT", `/api/outages/${id}`, form);
export const end = (id: string, version: number): Promise<WholeOutage> => api("POST", `/api/outages/${id}/end`, { version });
export const reopen = (id: string, version: number): Promise<WholeOutage> => api("POST", `/api/outages/${id}/reopen`, { version });
