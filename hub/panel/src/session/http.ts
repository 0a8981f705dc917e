/** The hub's HTTP answers: `{ok, data}` or `{ok, error}`, with the session's CSRF token on every write. */
import type { Error as WireError } from "@/protocol.gen";

/** The hub refused, or (`error` is null) could not be reached. */
export class ApiError extends globalThis.Error {
  constructor(readonly error: WireError | null) {
    super(error?.message ?? "unreachable");
  }
}

let csrfToken = "";

export function useCsrfToken(token: string): void {
  csrfToken = token;
}

export async function api<T>(method: "GET" | "POST" | "DELETE" | "PUT", path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrfToken) headers["X-CSRF-Token"] = csrfToken;
  const response = await fetch(path, {
    method,
    headers,
    credentials: "same-origin",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => null);
  const answer = response && (await answerOf<T>(response));
  if (!answer) throw new ApiError(null);
  if (!answer.ok) throw new ApiError(answer.error);
  return answer.data;
}

type Answer<T> = { ok: true; data: T } | { ok: false; error: WireError };

/** Null when it is not the hub that answered (a proxy's error page, say). */
async function answerOf<T>(response: Response): Promise<Answer<T> | null> {
  try {
    const answer = (await response.json()) as Answer<T>;
    return typeof answer === "object" && answer !== null && "ok" in answer ? answer : null;
  } catch {
    return null;
  }
}
