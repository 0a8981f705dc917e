/**
 * The one script of the host page: a launcher button, and on the first open the iframe with the chat.
 *
 *   <script async src="https://hub.example/widget/loader.js" data-inbox="demo"></script>
 */

import { inkOn, isColour } from "../accent";
import { parseToHost, type ToChat } from "../bridge";
import css from "./loader.css?inline";
import { currentPage, watchPage } from "./page";

declare global {
  interface Window {
    Linka?: { open(): void; close(): void };
  }
}

const WORDS = {
  cs: { open: "Otevřít chat", close: "Zavřít chat", unread: "nepřečtené zprávy: ", chat: "Chat" },
  en: { open: "Open the chat", close: "Close the chat", unread: "unread messages: ", chat: "Chat" },
};
const PHONE = "(max-width: 480px), (max-height: 480px)";
const BADGE_LIMIT = 9;

function svg(name: string, d: string): SVGSVGElement {
  const image = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  image.setAttribute("viewBox", "0 0 24 24");
  image.setAttribute("aria-hidden", "true");
  image.setAttribute("class", name);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", d);
  image.append(path);
  return image;
}

/** A few values per inbox on the host's side; a page may forbid storage, and then nothing is remembered. */
function memory(inbox: string) {
  const key = `linka:${inbox}:`;
  return {
    get(name: string): string | null {
      try {
        return localStorage.getItem(key + name);
      } catch {
        return null;
      }
    },
    set(name: string, value: string): void {
      try {
        localStorage.setItem(key + name, value);
      } catch {
        // Blocked or full: the launcher only loses its colour and its head start.
      }
    },
  };
}

function start(script: HTMLScriptElement, inbox: string): void {
  const address = new URL(`${encodeURIComponent(inbox)}/`, script.src);
  const kept = memory(inbox);
  const element = document.createElement("linka-chat");
  const shadow = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  const badge = document.createElement("span");
  let frame: HTMLIFrameElement | null = null;
  let greeted = false;
  let open = false;
  let unread = 0;
  let language = "";

  badge.className = "badge";
  badge.setAttribute("aria-hidden", "true");
  button.type = "button";
  button.className = "launcher";
  button.dataset.testid = "launcher";
  button.append(
    svg("chat", "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z"),
    svg("less", "M6 9l6 6 6-6"),
    badge,
  );
  button.addEventListener("click", () => (open ? close() : show()));

  function words() {
    const wanted = language || document.documentElement.lang || navigator.language;
    return wanted.toLowerCase().startsWith("cs") ? WORDS.cs : WORDS.en;
  }

  function draw(): void {
    const { open: opens, close: closes, unread: waiting, chat } = words();
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? closes : unread ? `${opens}, ${waiting}${unread}` : opens);
    badge.textContent = unread === 0 ? "" : unread > BADGE_LIMIT ? `${BADGE_LIMIT}+` : String(unread);
    if (!frame) return;
    frame.title = chat;
    frame.className = open ? "" : "closed";
  }

  function paint(accent: string | null | undefined): void {
    if (!accent || !isColour(accent)) return;
    element.style.setProperty("--accent", accent);
    element.style.setProperty("--accent-ink", inkOn(accent));
  }

  function tell(message: ToChat): void {
    if (greeted) frame?.contentWindow?.postMessage(message, address.origin);
  }

  function load(): void {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.src = `${address.href}#lang=${encodeURIComponent(document.documentElement.lang)}`;
    frame.addEventListener("load", () => {
      greeted = true;
      tell({ linka: "hello", page: currentPage(), open });
      if (open) frame?.focus();
    });
    draw();
    shadow.append(frame);
  }

  function show(): void {
    if (open) return;
    open = true;
    load();
    draw();
    makeRoom();
    frame?.focus();
    tell({ linka: "opened", page: currentPage() });
  }

  function close(): void {
    if (!open) return;
    open = false;
    draw();
    tell({ linka: "closed" });
    button.focus();
  }

  /** On a phone the chat fills what the keyboard leaves. */
  function makeRoom(): void {
    const view = window.visualViewport;
    if (!frame || !view) return;
    const covered = open && matchMedia(PHONE).matches && view.scale === 1;
    frame.style.height = covered ? `${view.height}px` : "";
    frame.style.top = covered ? `${view.offsetTop}px` : "";
  }

  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== address.origin) return;
    const message = parseToHost(event.data);
    switch (message?.linka) {
      case "ready":
        language = message.language;
        paint(message.accent);
        kept.set("accent", message.accent);
        draw();
        break;
      case "unread":
        unread = message.count;
        draw();
        break;
      case "used":
        kept.set("used", "1");
        break;
      case "close":
        close();
        break;
    }
  });
  watchPage((page) => {
    draw();
    tell({ linka: "page", page });
  });
  for (const name of ["resize", "scroll"]) visualViewport?.addEventListener(name, makeRoom);

  paint(kept.get("accent") ?? script.dataset.accent);
  draw();
  shadow.append(button);
  document.body.append(element);
  window.Linka = { open: show, close };
  // Whoever talked to us before sees on the launcher that an answer came; everybody else costs nothing until the first open.
  if (kept.get("used")) setTimeout(load, 1_000);
}

const script = document.currentScript as HTMLScriptElement | null;
const inbox = script?.dataset.inbox;
if (script && inbox && !window.Linka) {
  if (document.body) start(script, inbox);
  else addEventListener("DOMContentLoaded", () => start(script, inbox), { once: true });
}
