/** The chat's side of the conversation with the host page. */

import { parseToChat, type ToChat, type ToHost } from "../bridge";

/** Whether `origin` is one of the inbox's sites; our own pages (the demo) always are. */
export function isAllowed(origin: string, own: string, sites: readonly string[]): boolean {
  return origin === own || sites.some((site) => site.replace(/\/+$/, "").toLowerCase() === origin);
}

/**
 * Listens to the embedding window only, and answers exactly the origin that greeted first. Which pages may embed at all is
 * kept by `frame-ancestors`; `sites` is the second check.
 */
export class Host {
  private origin: string | null = null;
  private sites: readonly string[] | null = null;
  private waiting: { origin: string; message: ToChat }[] = [];
  private unsaid: ToHost[] = [];
  private readonly hear: (message: ToChat) => void;

  constructor(hear: (message: ToChat) => void) {
    this.hear = hear;
    window.addEventListener("message", (event) => {
      const message = event.source === window.parent ? parseToChat(event.data) : null;
      if (message) this.receive(event.origin, message);
    });
  }

  /** Opened as a page of its own, without a host. */
  static get absent(): boolean {
    return window.parent === window;
  }

  /** From here on it is known who may talk to us. */
  admit(sites: readonly string[]): void {
    this.sites = sites;
    for (const { origin, message } of this.waiting.splice(0)) this.receive(origin, message);
  }

  tell(message: ToHost): void {
    if (this.origin) window.parent.postMessage(message, this.origin);
    else this.unsaid.push(message);
  }

  private receive(origin: string, message: ToChat): void {
    if (origin === location.origin && !this.sites) this.sites = [];
    if (!this.sites) {
      this.waiting.push({ origin, message });
      return;
    }
    this.origin ??= isAllowed(origin, location.origin, this.sites) ? origin : null;
    if (origin !== this.origin) return;
    for (const unsaid of this.unsaid.splice(0)) window.parent.postMessage(unsaid, origin);
    this.hear(message);
  }
}
