/** The whole chat window: who you talk to, what was said, where you stand, and the field to write in. */

import type { AuthorView } from "../../protocol.gen";
import type { Inbox } from "../http";
import type { Row } from "../rows";
import { backAt, placeInLine, type State, unread } from "../state";
import { type LanguageCode, momentOf, spoken, type Words, wordsOf } from "../words";
import { Composer } from "./composer";
import { h, icon } from "./dom";
import { List } from "./list";
import type { Look, RowActions } from "./look";
import { avatar } from "./rows";

export interface FrameActions extends RowActions {
  send(text: string): void;
  typed(empty: boolean): void;
  human(): void;
  speak(language: LanguageCode): void;
  close(): void;
  again(): void;
  older(): void;
  end(): void;
}

/** A skeleton that flashes is worse than none. */
const SKELETON_AFTER = 150;

export class Frame {
  readonly composer: Composer;
  readonly list: List;
  private readonly head = h("div", { class: "who" });
  private readonly tools = h("div", { class: "tools" });
  private readonly banner = h("div", { class: "banner", role: "status", "data-testid": "banner" });
  private readonly bar = h("div", { class: "bar", role: "status", "data-testid": "bar" });
  private readonly news = h("div", { class: "unseen", "aria-live": "polite", "data-testid": "live" });
  private readonly skeleton: HTMLElement;
  private readonly actions: FrameActions;
  private drawn: Record<string, string> = {};
  private patient = true;

  constructor(root: HTMLElement, words: Words, draft: string, actions: FrameActions) {
    this.actions = actions;
    this.list = new List(
      () => actions.older(),
      () => actions.end(),
    );
    this.composer = new Composer(words, draft, actions);
    this.skeleton = h(
      "div",
      { class: "skeleton", "aria-hidden": "true", hidden: true },
      h("i"),
      h("i"),
      h("i"),
    );
    this.list.element.prepend(this.skeleton);
    const header = h("header", {}, this.head, this.tools);
    root.replaceChildren(
      h(
        "main",
        { class: "chat" },
        header,
        this.banner,
        this.list.element,
        this.bar,
        this.composer.element,
        this.news,
      ),
    );
    setTimeout(() => {
      this.patient = false;
      this.skeleton.hidden = this.drawn.ready !== "no";
    }, SKELETON_AFTER);
  }

  draw(state: State, rows: Row[], look: Look, inbox: Inbox | null, notice: string): void {
    const words = wordsOf(look.language);
    this.drawn.ready = state.ready || state.link === "unavailable" ? "yes" : "no";
    this.skeleton.hidden = this.patient || this.drawn.ready === "yes" || state.link === "offline";
    this.list.draw(rows, look, words.timeline);
    const count = unread(state);
    this.list.announce(count > 0 ? words.newMessages(count) : "", words.toNewest);
    const now = new Date();
    const back = backAt(state, now.getTime());
    const away = back && words.backAt(momentOf(back, now, look.language));
    this.drawHead(state, words, away !== null, inbox);
    this.drawTools(look.language, words, inbox);
    this.drawBanner(state, words);
    this.drawBar(state, words, away, notice);
    const closed = state.conversation?.status.kind === "resolved";
    this.composer.draw(words, closed ? words.writeToReopen : words.write);
    this.list.settle();
  }

  /** Tells people who cannot see the screen. */
  say(text: string): void {
    this.news.append(h("p", {}, text));
    while (this.news.childElementCount > 5) this.news.firstElementChild?.remove();
  }

  /** Draws a part only when what it shows has changed, so that focus and screen readers are left in peace. */
  private when(part: string, shown: unknown, draw: () => void): void {
    const look = JSON.stringify(shown);
    if (this.drawn[part] === look) return;
    this.drawn[part] = look;
    draw();
  }

  private drawHead(state: State, words: Words, away: boolean, inbox: Inbox | null): void {
    const { conversation } = state;
    const responder = conversation?.responder;
    const closed = conversation?.status.kind === "resolved";
    const operator = responder?.kind === "operator" && !closed ? responder.name || words.human : "";
    const title = operator || inbox?.name || words.title;
    const line = operator
      ? words.headOperator
      : closed
        ? words.headClosed
        : responder?.kind === "queued"
          ? away
            ? words.headAway
            : words.headQueued
          : words.headBot;
    this.when("head", [title, line, operator], () => {
      const author: AuthorView = { kind: operator ? "operator" : "bot", name: operator };
      const about = h("div", {}, h("h1", {}, title), h("p", { "data-testid": "responder" }, line));
      this.head.replaceChildren(avatar(author), about);
    });
  }

  private drawTools(language: LanguageCode, words: Words, inbox: Inbox | null): void {
    const languages = spoken(inbox?.languages ?? []);
    this.when("tools", [language, languages], () => {
      const other = languages.find((code) => code !== language);
      const name = other ? wordsOf(other).languageName : "";
      const speak =
        other &&
        h(
          "button",
          {
            type: "button",
            class: "tool",
            lang: other,
            title: name,
            "aria-label": `${words.switchLanguage}: ${name}`,
            "data-testid": "language",
            onclick: () => this.actions.speak(other),
          },
          other.toUpperCase(),
        );
      const props = { type: "button", class: "tool", title: words.close, "aria-label": words.close };
      const close = h(
        "button",
        { ...props, "data-testid": "close", onclick: () => this.actions.close() },
        icon("close"),
      );
      const focused = this.tools.contains(document.activeElement);
      this.tools.replaceChildren(...(speak ? [speak, close] : [close]));
      if (focused && speak) speak.focus();
    });
  }

  private drawBanner(state: State, words: Words): void {
    this.when("banner", [state.link, state.away, words.offline], () => {
      const { link, away } = state;
      this.banner.hidden = !away && link !== "offline" && link !== "unavailable";
      if (away && link !== "unavailable") {
        this.banner.replaceChildren(
          icon("clock"),
          h("p", {}, h("strong", {}, words.away), " ", words.awayHint),
        );
      } else if (link === "offline") {
        this.banner.replaceChildren(
          icon("offline"),
          h("p", {}, h("strong", {}, words.offline), " ", words.offlineHint),
        );
      } else if (link === "unavailable") {
        const again = { type: "button", class: "link", onclick: () => this.actions.again() };
        this.banner.replaceChildren(
          icon("alert"),
          h("p", {}, h("strong", {}, words.unavailable), " ", words.unavailableHint),
          h("button", again, words.tryAgain),
        );
      } else this.banner.replaceChildren();
    });
  }

  private drawBar(state: State, words: Words, away: string | null, notice: string): void {
    const { conversation, outbox } = state;
    const closed = conversation?.status.kind === "resolved";
    const asking = outbox.some((item) => item.wish.kind === "human");
    const responder = closed ? null : conversation?.responder;
    const place = placeInLine(state);
    this.when("bar", [responder, place, away, closed, asking, notice, words.talkToHuman], () => {
      this.bar.hidden = responder?.kind === "operator";
      this.bar.classList.toggle("queued", responder?.kind === "queued");
      if (responder?.kind === "queued") {
        const where = away ?? (place === null ? words.finding : words.place(place));
        const text = h(
          "p",
          {},
          h("strong", { "data-testid": "place" }, where),
          h("span", {}, words.keepWriting),
        );
        this.bar.replaceChildren(icon("clock"), text);
        return;
      }
      const props = {
        type: "button",
        class: "button",
        "data-testid": "human",
        "aria-disabled": asking && "true",
      };
      const button = h(
        "button",
        { ...props, onclick: () => this.actions.human() },
        icon("human"),
        words.talkToHuman,
      );
      const hint = notice || (asking ? words.askingForHuman : closed ? words.closedHint : words.talkingToBot);
      const focused = this.bar.contains(document.activeElement);
      this.bar.replaceChildren(h("p", {}, hint), button);
      if (focused) button.focus();
    });
  }
}
