/** Making a model of a draft, measuring it, trying it, and the versions that were published; as the hub tells of them. */
import { api } from "@/session/http";
import type { Edit, FileChange, Finding, Mark } from "./knowledge";

export interface Share {
  readonly right: number;
  readonly of: number;
}

export interface Figures {
  readonly held_out: Share;
  readonly mistyped: Share;
  readonly dialogues: Share;
  readonly trained_seconds: number;
}

export interface Result {
  readonly published: Figures | null;
  readonly draft: Figures;
  readonly worse: boolean;
  readonly topics: readonly { readonly topic: string; readonly before: Share | null; readonly after: Share }[];
  readonly sentences: readonly {
    readonly text: string; readonly language: string; readonly expected: string; readonly before: string | null; readonly after: string;
    readonly verdict: "better" | "worse" | "changed";
  }[];
  readonly dialogues: readonly { readonly name: string; readonly before: "passed" | "failed" | null; readonly after: "passed" | "failed" }[];
  /** Sentences of customers that get another answer. */
  readonly real: readonly { readonly id: string; readonly text: string; readonly before: string; readonly after: string }[];
}

export interface Training {
  readonly id: string;
  readonly state: "checking" | "training" | "measuring" | "done" | "failed" | "cancelled";
  readonly progress: number;
  readonly seconds_left: number | null;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly by: string;
  /** The text has changed since it began. */
  readonly outdated: boolean;
  readonly message: string | null;
  readonly findings: readonly Finding[];
  readonly result: Result | null;
}

export const isRunning = (training: Training | null): boolean => training !== null && ["checking", "training", "measuring"].includes(training.state);

export interface Version {
  readonly number: number;
  readonly at: string;
  readonly by: string;
  readonly kind: "published" | "undone" | "by_hand" | "first";
  readonly to: number | null;
  readonly edits: readonly Edit[];
  readonly figures: Figures | null;
  readonly current: boolean;
  readonly state: "publishing" | "published" | "failed";
}

export interface WholeVersion extends Version {
  readonly changes: readonly FileChange[];
}

export interface Understood {
  readonly topic: string;
  readonly confidence: number;
  readonly entities: readonly Mark[];
  readonly guesses: readonly { readonly topic: string; readonly confidence: number }[];
  readonly answer: string | null;
}

export interface Readings {
  readonly published: readonly Understood[] | null;
  readonly draft: readonly Understood[] | null;
}

export interface Choice {
  readonly title: string;
  readonly payload: string;
}

export interface Reply {
  readonly said: readonly { readonly text: string; readonly buttons: readonly Choice[] }[];
  readonly handoff: { readonly team: string | null; readonly reason: string } | null;
  readonly understood: Understood;
  /** The model is older than the draft's text. */
  readonly outdated: boolean;
}

export type Model = "published" | "draft";

/** The `details` of a refusal to publish. */
export interface Refused {
  readonly why: "outdated" | "worse" | "busy" | "findings";
  readonly by?: string;
  readonly result?: Result;
}

const HOME = "/api/knowledge";

// All of them throw `ApiError`.
export const readTraining = (): Promise<Training | null> => api("GET", `${HOME}/trainings/current`);
export const train = (version: number): Promise<Training> => api("POST", `${HOME}/trainings`, { version });
export const cancelTraining = (id: string): Promise<Training> => api("POST", `${HOME}/trainings/${id}/cancel`, {});
export const publish = (training: string, confirm: boolean, clientId: string): Promise<Version> => api("POST", `${HOME}/publish`, { training, confirm, client_id: clientId });
export const readVersions = (): Promise<readonly Version[]> => api("GET", `${HOME}/versions`);
export const readVersion = (number: number): Promise<WholeVersion> => api("GET", `${HOME}/versions/${number}`);
export const goBack = (to: number, clientId: string): Promise<Version> => api("POST", `${HOME}/undo`, { to, client_id: clientId });
export const understand = (texts: readonly string[]): Promise<Readings> => api("POST", `${HOME}/understood`, { texts });
export const say = (model: Model, talk: string, text: string, payload: boolean): Promise<Reply> => api("POST", `${HOME}/try`, { model, talk, text, payload });
export const endTalk = (talk: string): Promise<unknown> => api("DELETE", `${HOME}/try/${talk}`);
