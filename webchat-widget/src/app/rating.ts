/** What the visitor said about an episode, and what they may still be asked about it. Pure. */

import type { RatedBody, WidgetEntry } from "../protocol.gen";
import { type State, unconfirmed } from "./state";

/** What was answered since the chat was loaded; `done` when the visitor has nothing to add. */
export interface Rating {
  episode: number;
  /** Null when the score was given earlier. */
  score: number | null;
  done: boolean;
}

/** Of several ratings of one episode only the last is shown, with what the earlier ones said. */
export function ratingsToShow(entries: readonly WidgetEntry[]): Map<number, RatedBody> {
  const byEpisode = new Map<number, { seq: number; body: RatedBody }>();
  for (const { body, episode, seq } of entries) {
    if (body.kind !== "rated") continue;
    const before = byEpisode.get(episode)?.body;
    const score = body.score ?? before?.score ?? null;
    byEpisode.set(episode, {
      seq,
      body: { ...body, score, comment: body.comment ?? before?.comment ?? null },
    });
  }
  return new Map([...byEpisode.values()].map(({ seq, body }) => [seq, body]));
}

/** What was said since the conversation was last closed, with what is still on its way. */
function given(state: State): { scored: boolean; commented: boolean } {
  const { entries } = state.timeline;
  const closed = entries.map(({ body }) => body.kind).lastIndexOf("resolved");
  const said = [
    ...entries.slice(closed + 1).flatMap(({ body }) => (body.kind === "rated" ? [body] : [])),
    ...unconfirmed(state).flatMap(({ wish }) => (wish.kind === "rating" ? [wish] : [])),
  ];
  return {
    scored: said.some(({ score }) => score !== null),
    commented: said.some(({ comment }) => comment !== null),
  };
}

/** A form for the score (with the comment once it is given), one for the comment alone, or none. */
export function ratingForm(state: State, rating: Rating | null): "rating" | "comment" | null {
  const { conversation } = state;
  if (conversation?.status.kind !== "resolved") return null;
  // What waits to be sent opens the conversation again before a rating could arrive.
  if (unconfirmed(state).some(({ wish, failed }) => wish.kind !== "rating" && failed === null)) return null;
  const { scored, commented } = given(state);
  if (rating?.episode === conversation.episode) return rating.done || commented ? null : "rating";
  if (scored) return commented ? null : "comment";
  return conversation.can_rate ? "rating" : null;
}
