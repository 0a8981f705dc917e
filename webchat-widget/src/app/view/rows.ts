/** Draws one row of the conversation. */

import type { AuthorView, OrderSummaryView } from "../../protocol.gen";
import { pieces } from "../links";
import { numbersApart } from "../numbers";
import type { MessageRow, Row } from "../rows";
import { clockTime, money, timeOf, visitDay, type Words, wordsOf } from "../words";
import { type Child, h, type IconName, icon } from "./dom";
import type { Look } from "./look";
import { comment, rating } from "./rating";

export function avatar(author: AuthorView): HTMLElement {
  const initial = [...author.name.trim()][0]?.toUpperCase();
  const content =
    author.kind === "operator" && initial ? initial : icon(author.kind === "operator" ? "human" : "bot");
  return h("span", { class: `avatar ${author.kind}`, "aria-hidden": "true" }, content);
}

function linked(text: string): Node[] {
  return pieces(text).flatMap(({ text: words, href }) =>
    href === null
      ? numbersApart(words).map((part, place) =>
          place % 2 ? h("span", { class: "number" }, part) : document.createTextNode(part),
        )
      : [h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, words)],
  );
}

function nameOf(author: AuthorView, look: Look): string {
  return author.kind === "operator"
    ? author.name || wordsOf(look.language).human
    : author.name || look.botName;
}

const DELIVERY: Record<string, IconName> = { waiting: "clock", sent: "sent", seen: "seen", failed: "alert" };

function delivery(row: MessageRow, words: Words): Child {
  if (!row.delivery) return null;
  const text = { waiting: words.waiting, sent: words.sent, seen: words.seen, failed: words.notSent }[
    row.delivery
  ];
  const icons = DELIVERY[row.delivery];
  return h("span", { class: "delivery", "data-delivery": row.delivery }, icons ? icon(icons) : null, text);
}

function failure(row: MessageRow, look: Look): Child {
  if (!row.failed) return null;
  const words = wordsOf(look.language);
  const reasons: Record<string, string> = words.because;
  const button = (text: string, onclick: () => void) =>
    h("button", { type: "button", class: "link", onclick }, text);
  return h(
    "div",
    { class: "failure", role: "group" },
    h("span", {}, reasons[row.failed] ?? words.because.other),
    button(words.retry, () => look.actions.retry(row.key)),
    button(words.edit, () => look.actions.edit(row.key, row.text)),
    button(words.remove, () => look.actions.remove(row.key)),
  );
}

function replies(row: MessageRow, look: Look): Child {
  if (row.replies.length === 0) return null;
  return h(
    "div",
    {
      class: "replies",
      role: "group",
      "aria-label": wordsOf(look.language).replies,
      "data-testid": "quick-replies",
    },
    ...row.replies.map(({ title, payload }) => {
      const chosen = title === row.chosen;
      const props = { type: "button", class: "chip", disabled: !row.open, "aria-pressed": chosen && "true" };
      return h(
        "button",
        { ...props, onclick: () => look.actions.reply(title, payload) },
        chosen && icon("sent"),
        title,
      );
    }),
  );
}

function message(row: MessageRow, look: Look): HTMLElement {
  const words = wordsOf(look.language);
  const name = row.own ? words.you : nameOf(row.author, look);
  const time = timeOf(new Date(row.at), look.language);
  const bot = row.author.kind === "bot";
  return h(
    "div",
    {
      class: `message ${row.own ? "own" : row.author.kind}${row.first ? " first" : ""}${row.last ? " last" : ""}`,
      "data-testid": "message",
      "data-author": row.own ? "contact" : row.author.kind,
    },
    !row.own && row.first && h("div", { class: "name" }, name, bot && h("span", { class: "tag" }, words.bot)),
    !row.own && (row.last ? avatar(row.author) : null),
    h(
      "div",
      { class: "bubble", dir: "auto", title: time },
      !row.first || row.own ? h("span", { class: "unseen" }, `${name}: `) : null,
      ...linked(row.text),
    ),
    replies(row, look),
    (row.last || row.delivery) &&
      row.key !== "greeting" &&
      h("div", { class: "meta" }, h("time", { datetime: row.at }, time), delivery(row, words)),
    failure(row, look),
  );
}

function order(view: OrderSummaryView, look: Look): HTMLElement {
  const { language } = look;
  const { order: words } = wordsOf(language);
  const price = (value: OrderSummaryView["due"]) => money(value, language);
  const [from, to] = [clockTime(view.visit.starts), clockTime(view.visit.ends)];
  const line = (term: string, ...values: Child[]) => h("div", {}, h("dt", {}, term), h("dd", {}, ...values));
  const second = (text: string) => h("span", { class: "soft" }, text);
  const bring = (name: IconName, text: string) => h("li", {}, icon(name), h("span", {}, text));
  return h(
    "article",
    { class: "card order", "aria-label": words.title(view.number), "data-testid": "order-card" },
    h("h2", {}, icon("calendar"), words.title(view.number)),
    h(
      "dl",
      {},
      line(words.visit, h("strong", {}, visitDay(view.visit, language)), second(`${from}–${to}`)),
      line(words.address, view.address.street, second(`${view.address.postal_code} ${view.address.town}`)),
      line(words.tariff, view.tariff_name, second(words.monthly(price(view.monthly)))),
      view.equipment.length > 0 &&
        line(
          words.equipment,
          ...view.equipment.map(({ name, price: each }) => h("div", {}, name, second(price(each)))),
        ),
      h("div", { class: "due" }, h("dt", {}, words.due), h("dd", {}, h("strong", {}, price(view.due)))),
    ),
    h("h3", {}, words.prepare),
    h(
      "ul",
      {},
      bring("home", words.beHome(from, to)),
      bring("card", words.document),
      bring(
        "bank",
        `${view.due.amount > 0 ? words.payment(price(view.due)) : words.noPayment} ${words.never}`,
      ),
    ),
    h("p", { class: "soft" }, words.question(view.number)),
  );
}

export function drawRow(row: Row, look: Look): HTMLElement {
  const words = wordsOf(look.language);
  switch (row.kind) {
    case "message":
      return message(row, look);
    case "day":
      return h("div", { class: "day" }, row.text);
    case "activity":
      return h(
        "div",
        { class: "activity", "data-testid": "activity" },
        row.text,
        row.quote !== null && h("q", {}, row.quote),
      );
    case "order":
      return order(row.order, look);
    case "suggestions":
      return h(
        "div",
        { class: "replies", role: "group", "aria-label": words.suggestions, "data-testid": "suggestions" },
        ...row.questions.map((question) =>
          h("button", { type: "button", class: "chip", onclick: () => look.actions.ask(question) }, question),
        ),
      );
    case "rating":
      return rating(row.score, look);
    case "comment":
      return comment(look);
    case "typing": {
      const text = row.author.kind === "bot" ? words.botTyping : words.typing(nameOf(row.author, look));
      return h(
        "div",
        { class: `message ${row.author.kind} last`, "data-testid": "typing" },
        avatar(row.author),
        h("div", { class: "bubble dots" }, h("span", { class: "unseen" }, text), h("i"), h("i"), h("i")),
        h("div", { class: "meta", "aria-hidden": "true" }, text),
      );
    }
  }
}
