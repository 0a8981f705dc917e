/** The list of topics: which are shown, in which order. Pure. */
import { folded, holds } from "./folding";
import type { Colleague, Overview, TopicBrief, Words } from "./knowledge";

export const FILTERS = ["all", "edited", "findings", "human", "seldom"] as const;
export type Filter = (typeof FILTERS)[number];

/** Asked no more often than this in the period looked at: hardly worth its place, or not understood. */
export const SELDOM = 3;

/** How often each was asked; null while nobody knows. */
export type Asked = ReadonlyMap<string, number> | null;

export function passes(topic: TopicBrief, filter: Filter, asked: Asked): boolean {
  if (filter === "edited") return topic.edited;
  if (filter === "findings") return topic.findings > 0;
  if (filter === "human") return topic.human_only;
  if (filter === "seldom") return asked !== null && (asked.get(topic.name) ?? 0) <= SELDOM;
  return true;
}

export interface Shelf {
  readonly name: string;
  readonly topics: readonly TopicBrief[];
}

/** By group, in the order of the files; groups of which nothing is left are not there. `named` is how a topic is read. */
export function shelves(overview: Overview, filter: Filter, looked: string, asked: Asked, named: (topic: TopicBrief) => string): Shelf[] {
  const byName = new Map(overview.topics.map((topic) => [topic.name, topic]));
  const shown = (topic: TopicBrief): boolean =>
    passes(topic, filter, asked) && (!folded(looked) || holds([named(topic), topic.name.replaceAll("_", " "), ...Object.values(topic.title)].join(" "), looked));
  return overview.groups
    .map((group) => ({ name: group.name, topics: group.topics.flatMap((name) => byName.get(name) ?? []).filter(shown) }))
    .filter((shelf) => shelf.topics.length > 0);
}

export function titleIn(title: Words, language: string): string | undefined {
  return title[language] || Object.values(title).find(Boolean);
}

/** The names of those who edit a topic, too. */
export function whoElse(others: readonly Colleague[], topic: string): string[] {
  return others.filter((one) => one.topics.includes(topic)).map((one) => one.name);
}

/** A name for a new topic out of its title: `Refund of a deposit` → `refund_of_a_deposit`; never one that is taken. */
export function nameFor(title: string, taken: ReadonlySet<string>): string {
  const words = folded(title).replaceAll(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+/, "").replaceAll(/_+$/g, "").slice(0, 40).replaceAll(/_+$/g, "");
  const stem = words.length < 3 ? ["topic", words].filter(Boolean).join("_") : words;
  if (!taken.has(stem)) return stem;
  let n = 2;
  while (taken.has(`${stem}_${n}`)) n += 1;
  return `${stem}_${n}`;
}
