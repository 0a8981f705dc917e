/** The frame around every answer of the hub, for sockets and HTTP alike. */

export interface WireError {
  code:
    | "bad_request"
    | "unauthenticated"
    | "forbidden"
    | "not_found"
    | "unknown_event"
    | "invalid_state"
    | "conflict"
    | "too_large"
    | "rate_limited"
    | "unavailable"
    | "internal";
  message: string;
  retryable: boolean;
  /** Seconds. */
  retry_after?: number | null;
  details?: Record<string, unknown> | null;
}

export type Answer<T> = { ok: true; data: T } | { ok: false; error: WireError };
