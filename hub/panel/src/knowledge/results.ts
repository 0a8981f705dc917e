/** What a training has changed: which way, and what is worth reading first. Pure. */
import type { Result, Share } from "./trainings";

export type Trend = "better" | "worse" | "same";

const rate = ({ right, of }: Share): number => (of === 0 ? 0 : right / of);

export function trend(before: Share, after: Share): Trend {
  const difference = rate(after) - rate(before);
  return Math.abs(difference) < 1e-9 ? "same" : difference > 0 ? "better" : "worse";
}

export interface Moved {
  readonly topic: string;
  readonly before: Share | null;
  readonly after: Share;
  readonly trend: Trend | "new";
}

/** The topics that are understood otherwise than before: worse ones first, by how much. */
export function movedTopics(result: Result): Moved[] {
  const difference = (topic: Moved): number => rate(topic.after) - (topic.before ? rate(topic.before) : 1);
  return result.topics
    .map((topic): Moved => ({ ...topic, trend: topic.before ? trend(topic.before, topic.after) : "new" }))
    .filter((topic) => topic.trend !== "same")
    .sort((one, other) => difference(one) - difference(other));
}

/** Sentences whose topic changed: worse ones first. */
export function movedSentences(result: Result): Result["sentences"] {
  const order = { worse: 0, better: 1, changed: 2 };
  return [...result.sentences].sort((one, other) => order[one.verdict] - order[other.verdict]);
}

/** Dialogues that fail now, or pass again. */
export function movedDialogues(result: Result): Result["dialogues"] {
  return result.dialogues.filter((dialogue) => dialogue.after === "failed" || dialogue.before === "failed");
}

/** Whole minutes and seconds. */
export function minutesOf(seconds: number): { readonly minutes: number; readonly seconds: number } {
  const whole = Math.max(0, Math.round(seconds));
  return { minutes: Math.floor(whole / 60), seconds: whole % 60 };
}
