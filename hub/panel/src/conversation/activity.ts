/** An activity in the reader's words. Pure: words, teams and times come from outside. */
import type { OperatorEntry } from "@/protocol.gen";

export interface Telling {
  /** Words by their key under `conversation.activity`; `n` chooses the plural. */
  readonly say: (key: string, values: Record<string, unknown>) => string;
  readonly team: (id: string) => string;
  readonly moment: (at: string) => string;
}

export function activityOf(entry: OperatorEntry, { say, team, moment }: Telling): string {
  const { body, author } = entry;
  const named = author.kind === "operator" && author.name !== "";
  const by = author.name || say("somebody", {});
  const place = (n: number | null): string => (n === null ? "" : ` ${say("place", { n })}`);
  const away = (at: string | null): string => (at === null ? "" : ` ${say("away", { at: moment(at) })}`);
  switch (body.kind) {
    case "handed_off":
      return say(`handed_off.${body.reason}`, {}) + place(body.place) + away(body.opens_at);
    case "taken":
      return say("taken", { name: body.operator_name });
    case "released":
      return say("released", { name: by });
    case "transferred":
      if (body.operator_name) return say("transferred_operator", { by, name: body.operator_name });
      return say("transferred_team", { by, team: team(body.team ?? "") });
    case "handed_back":
      return say("handed_back", { name: by });
    case "resolved":
      return named ? say("resolved", { name: by }) : say("resolved_auto", {});
    case "reopened":
      return named ? say("reopened", { name: by }) : say("reopened_auto", {});
    case "snoozed":
      return say("snoozed", { name: by, until: moment(body.until) });
    case "snooze_ended":
      return say("snooze_ended", {});
    case "case_opened":
      return say(`case.${body.category}`, { number: body.number });
    case "rated": {
      if (body.score === null) return say("rated_only_comment", { comment: body.comment ?? "" });
      const stars = say("rated", { n: body.score });
      return body.comment ? `${stars} ${say("rated_comment", { comment: body.comment })}` : stars;
    }
    default:
      return say("unknown", {});
  }
}
