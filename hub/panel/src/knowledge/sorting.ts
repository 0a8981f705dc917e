/** The table of topics, sorted by a column. Pure. */
import type { TopicFigures } from "./unanswered";

export const COLUMNS = ["topic", "asked", "answered", "handed_over", "rated"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
  readonly by: Column;
  readonly down: boolean;
}

/** Names begin upwards, numbers downwards; the same column again turns round. */
export function turned(order: Order, by: Column): Order {
  return order.by === by ? { by, down: !order.down } : { by, down: by !== "topic" };
}

/** Topics that nobody rated come last, whichever way. */
export function sorted(topics: readonly TopicFigures[], { by, down }: Order, named: (topic: string) => string): TopicFigures[] {
  const way = down ? -1 : 1;
  return [...topics].sort((one, other) => {
    if (by === "topic") return way * named(one.topic).localeCompare(named(other.topic));
    if (by !== "rated") return way * (one[by] - other[by]) || named(one.topic).localeCompare(named(other.topic));
    if (!one.rated || !other.rated) return Number(one.rated === null) - Number(other.rated === null);
    return way * (one.rated.mean - other.rated.mean);
  });
}
