/** Sentences of customers to learn from, and how the topics do; as the hub tells of them. */
import { api } from "@/session/http";
import type { DraftBrief, Mark } from "./knowledge";

export type Standing = "open" | "placed" | "human";

export interface Unanswered {
  readonly id: string;
  /** With personal data masked. */
  readonly text: string;
  readonly language: string;
  readonly at: string;
  readonly count: number;
  readonly reason: "not_understood" | "handed_over" | "rated_low" | "unsure";
  readonly guess: { readonly topic: string; readonly confidence: number } | null;
  readonly channel: string;
  readonly state: Standing;
  readonly placed: { readonly topic: string; readonly by: string } | null;
}

export interface Alike {
  readonly id: string;
  readonly sentences: readonly Unanswered[];
}

export interface UnansweredPage {
  readonly groups: readonly Alike[];
  readonly next: string | null;
  readonly open: number;
}

export interface Place {
  readonly topic: string;
  readonly language: string;
  readonly text: string;
  readonly marks: readonly Mark[];
}

export interface Day {
  readonly day: string;
  readonly conversations: number;
  readonly solved: number;
  readonly handed_over: number;
}

export interface TopicFigures {
  readonly topic: string;
  readonly asked: number;
  readonly answered: number;
  readonly handed_over: number;
  readonly rated: { readonly count: number; readonly mean: number } | null;
}

export interface Period {
  readonly days: readonly Day[];
  readonly topics: readonly TopicFigures[];
  /** Of conversations, by the bot alone; null when there were none. */
  readonly solved_share: number | null;
  /** The same in the period before. */
  readonly before: number | null;
}

const HOME = "/api/knowledge";

// All of them throw `ApiError`.
export const readUnanswered = (state: Standing, before: string | null): Promise<UnansweredPage> =>
  api("GET", `${HOME}/unanswered?state=${state}${before ? `&before=${encodeURIComponent(before)}` : ""}`);
export const place = (id: string, version: number, where: Place): Promise<{ readonly draft: DraftBrief; readonly sentence: Unanswered }> =>
  api("POST", `${HOME}/unanswered/${encodeURIComponent(id)}/place`, { version, ...where });
export const forHuman = (id: string): Promise<unknown> => api("POST", `${HOME}/unanswered/${encodeURIComponent(id)}/human`, {});
export const reopen = (id: string): Promise<unknown> => api("POST", `${HOME}/unanswered/${encodeURIComponent(id)}/reopen`, {});
export const readPeriod = (days: number): Promise<Period> => api("GET", `${HOME}/figures?days=${days}`);
