/** The frame around every answer of the hub, for sockets and HTTP alike. */

import type { Error as WireError } from "../protocol.gen";

export type { WireError };

export type Answer<T> = { ok: true; data: T } | { ok: false; error: WireError };
