/** Starts the chat inside the iframe: reads the inbox, listens to the host page, draws what the chat knows. */

import "../styles/tokens.css";
import "../styles/chat.css";
import { asTextOn, inkOn, isColour } from "../accent";
import type { ToChat } from "../bridge";
import { Chat } from "./chat";
import { Host } from "./host";
import { type Inbox, Refused, readInbox } from "./http";
import type { Rating } from "./rating";
import { rowsOf } from "./rows";
import { Session } from "./session";
import { unread } from "./state";
import { openStore } from "./store";
import { Frame } from "./view/frame";
import { choose, type LanguageCode, wordsOf } from "./words";

const LANGUAGE = "language";
const DRAFT = "draft";
const DEFAULT_LANGUAGES = ["cs", "en"];
const RETRY_AFTER = 3_000;

const inboxId = /\/widget\/([A-Za-z0-9_-]{1,64})\//.exec(location.pathname)?.[1] ?? "";
const store = openStore(inboxId);
const session = new Session(inboxId, store);
const root = document.getElementById("chat") as HTMLElement;

let inbox: Inbox | null = null;
let open = Host.absent;
let pageLanguage = new URLSearchParams(location.hash.slice(1)).get("lang");
let rating: Rating | null = null;
let notice = "";
let unreadTold = -1;
let usedTold = false;
let planned = false;

function language(): LanguageCode {
  const wishes = [store.get(LANGUAGE), pageLanguage, ...navigator.languages];
  return choose(wishes, inbox?.languages ?? DEFAULT_LANGUAGES);
}

const chat = new Chat(inboxId, store, session, {
  changed: plan,
  arrived(entries) {
    const words = wordsOf(language());
    for (const { author, body } of entries) {
      if (body.kind === "message")
        frame.say(`${author.name || words[author.kind === "operator" ? "human" : "bot"]}: ${body.text}`);
      else if (body.kind === "order_placed") frame.say(words.order.title(body.order.number));
    }
    // Activities are read out where they show: the bar and the header's status.
  },
  refused() {
    notice = wordsOf(language()).because.other;
    plan();
  },
});

/** Touch keyboards cover half of the chat; they come when the visitor asks for them. */
const hasKeyboard = () => window.matchMedia("(hover: hover) and (pointer: fine)").matches;
const focus = () => hasKeyboard() && frame.composer.focus();

const actions = {
  send(text: string) {
    notice = "";
    remember("");
    chat.say(text);
    frame.list.toEnd();
  },
  typed(empty: boolean) {
    remember(frame.composer.text);
    chat.typed(empty);
  },
  reply(title: string, payload: string) {
    chat.say(title, payload);
    frame.list.toEnd();
    focus();
  },
  ask(question: string) {
    actions.send(question);
    focus();
  },
  human() {
    notice = "";
    chat.askForHuman();
    frame.list.toEnd();
  },
  retry: (clientId: string) => chat.retry(clientId),
  remove: (clientId: string) => chat.remove(clientId),
  edit(clientId: string, text: string) {
    chat.remove(clientId);
    frame.composer.put(text);
    remember(text);
    frame.composer.focus();
  },
  rate(score: number) {
    const episode = chat.state.conversation?.episode ?? 0;
    rating = { episode, score, done: false };
    chat.rate(score, null);
    plan();
  },
  comment(text: string) {
    chat.rate(null, text);
    actions.skipComment();
  },
  skipComment() {
    const episode = chat.state.conversation?.episode ?? 0;
    rating = { episode, score: null, done: true };
    plan();
    focus();
  },
  speak(code: LanguageCode) {
    store.set(LANGUAGE, code);
    plan();
  },
  close: () => host.tell({ linka: "close" }),
  again: () => void begin(),
  older: () => void chat.loadOlder(),
  end: () => look(),
};

const frame = new Frame(root, wordsOf(language()), store.get(DRAFT) ?? "", actions);

const host = new Host((message: ToChat) => {
  if (message.linka === "closed") {
    open = false;
    return plan();
  }
  chat.hostPage = message.page;
  pageLanguage = message.page.language;
  if (message.linka === "opened" || (message.linka === "hello" && message.open)) {
    open = true;
    focus();
    void begin();
    void chat.wake();
  }
  plan();
});

function remember(draft: string): void {
  if (draft) store.set(DRAFT, draft);
  else store.remove(DRAFT);
}

/** The visitor sees the newest entry: the window is open, the tab shown, the list at its end. */
function look(): void {
  if (open && document.visibilityState === "visible" && frame.list.atEnd && chat.state.ready) chat.looked();
}

/** Draws once for all the news of this moment. */
function plan(): void {
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    draw();
  });
}

function draw(): void {
  const { state } = chat;
  const code = language();
  chat.language = code;
  document.documentElement.lang = code;
  look();
  const rows = rowsOf(chat.state, {
    language: code,
    now: Date.now(),
    greeting: inbox?.greeting[code] ?? "",
    suggestions: inbox?.suggestions[code] ?? [],
    rating,
  });
  frame.draw(chat.state, rows, { language: code, botName: inbox?.name ?? "", actions }, inbox, notice);
  const count = open ? 0 : unread(state);
  if (count !== unreadTold) {
    unreadTold = count;
    host.tell({ linka: "unread", count });
  }
  if (!usedTold && (state.conversation?.version ?? 0) > 0) {
    usedTold = true;
    host.tell({ linka: "used" });
  }
}

/** One accent for light and one for dark, both readable; set through CSSOM, as the page's own CSP allows. */
function paint(accent: string): void {
  if (!isColour(accent)) return;
  const { style } = document.documentElement;
  style.setProperty("--accent", accent);
  style.setProperty("--accent-ink", inkOn(accent));
  style.setProperty("--accent-text-light", asTextOn(accent, "#f3f4f6"));
  style.setProperty("--accent-text-dark", asTextOn(accent, "#262a31"));
}

async function begin(): Promise<void> {
  try {
    inbox ??= await readInbox(inboxId);
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure;
    chat.fail(failure);
    if (failure.error.retryable) setTimeout(() => void begin(), RETRY_AFTER * (1 + Math.random()));
    return;
  }
  host.admit(inbox.sites);
  paint(inbox.accent);
  chat.language = language();
  host.tell({ linka: "ready", accent: inbox.accent, language: language() });
  plan();
  if (open || session.known) await chat.start();
}

window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) actions.close();
});
window.addEventListener("offline", () => chat.offline());
window.addEventListener("online", () => void chat.wake());
window.addEventListener("pageshow", (event) => event.persisted && void chat.wake());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void chat.wake().then(plan);
});

plan();
void begin();
