/** What the host page (loader) and the chat (iframe) say to each other by postMessage, and nothing else. */

/** The page of the website that the visitor looks at, as the browser tells it. */
export interface HostPage {
  url: string;
  title: string;
  language: string;
}

export type ToChat =
  | { linka: "hello"; page: HostPage; open: boolean }
  | { linka: "page"; page: HostPage }
  | { linka: "opened"; page: HostPage }
  | { linka: "closed" };

export type ToHost =
  | { linka: "ready"; accent: string; language: string }
  | { linka: "unread"; count: number }
  | { linka: "used" }
  | { linka: "close" };

function isPage(value: unknown): value is HostPage {
  if (typeof value !== "object" || value === null) return false;
  const page = value as Record<string, unknown>;
  return typeof page.url === "string" && typeof page.title === "string" && typeof page.language === "string";
}

/** The message as typed, or null when it is not one of ours. */
export function parseToChat(data: unknown): ToChat | null {
  if (typeof data !== "object" || data === null) return null;
  const message = data as Record<string, unknown>;
  switch (message.linka) {
    case "closed":
      return { linka: "closed" };
    case "page":
    case "opened":
      return isPage(message.page) ? { linka: message.linka, page: message.page } : null;
    case "hello":
      return isPage(message.page)
        ? { linka: "hello", page: message.page, open: message.open === true }
        : null;
    default:
      return null;
  }
}

/** The message as typed, or null when it is not one of ours. */
export function parseToHost(data: unknown): ToHost | null {
  if (typeof data !== "object" || data === null) return null;
  const message = data as Record<string, unknown>;
  switch (message.linka) {
    case "close":
    case "used":
      return { linka: message.linka };
    case "unread":
      return typeof message.count === "number" ? { linka: "unread", count: message.count } : null;
    case "ready":
      return typeof message.accent === "string" && typeof message.language === "string"
        ? { linka: "ready", accent: message.accent, language: message.language }
        : null;
    default:
      return null;
  }
}
