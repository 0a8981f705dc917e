/** Draws the forms that ask how the conversation was. */

import { wordsOf } from "../words";
import { h, icon } from "./dom";
import type { Look } from "./look";

function commentForm(look: Look): HTMLElement {
  const { rating: words } = wordsOf(look.language);
  const field = h("textarea", { id: "comment", rows: 2, maxlength: 4000, "data-testid": "rating-comment" });
  const send = (event: Event) => {
    event.preventDefault();
    if (field.value.trim()) look.actions.comment(field.value.trim());
    else field.focus();
  };
  return h(
    "form",
    { onsubmit: send },
    h("label", { for: "comment" }, words.comment),
    field,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit", class: "button" }, words.sendComment),
      h("button", { type: "button", class: "link", onclick: () => look.actions.skipComment() }, words.skip),
    ),
  );
}

/** The stars; once one is chosen, the comment too. */
export function rating(score: number | null, look: Look): HTMLElement {
  const { rating: words } = wordsOf(look.language);
  const stars = [1, 2, 3, 4, 5].map((value) =>
    h(
      "button",
      {
        type: "button",
        class: score !== null && value <= score ? "star on" : "star",
        "aria-pressed": String(value === score),
        "aria-label": `${words.score(value)}: ${words.names[value - 1] ?? ""}`,
        title: words.names[value - 1] ?? "",
        onclick: () => look.actions.rate(value),
      },
      icon("star"),
    ),
  );
  return h(
    "section",
    { class: "card rating", "aria-label": words.question, "data-testid": "rating" },
    h("h2", {}, score === null ? words.question : words.thanks),
    h("div", { class: "stars", role: "group", "aria-label": words.question }, ...stars),
    score === null
      ? h(
          "div",
          { class: "ends soft", "aria-hidden": "true" },
          h("span", {}, words.names[0]),
          h("span", {}, words.names[4]),
        )
      : commentForm(look),
  );
}

/** The comment alone, for who gave the stars earlier. */
export function comment(look: Look): HTMLElement {
  const { addComment } = wordsOf(look.language).rating;
  return h(
    "section",
    { class: "card rating", "aria-label": addComment, "data-testid": "add-comment" },
    h("h2", {}, addComment),
    commentForm(look),
  );
}
