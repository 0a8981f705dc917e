/** Who is logged in. */
import { defineStore } from "pinia";
import { ref } from "vue";
import type { ColleagueView, Error as WireError } from "@/protocol.gen";
import { ApiError, api, useCsrfToken } from "./http";

export interface LoggedIn {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: ColleagueView["role"];
  readonly teams: readonly string[];
}
export interface DemoAccount {
  readonly login: string;
  readonly password: string;
  readonly role: ColleagueView["role"];
}
interface SessionData {
  readonly operator: LoggedIn;
  readonly csrf_token: string;
}
export type LogIn = { ok: true } | { ok: false; error: WireError | null };

export const useSession = defineStore("session", () => {
  const status = ref<"unknown" | "out" | "in" | "unreachable">("unknown");
  const operator = ref<LoggedIn | null>(null);
  const demoAccounts = ref<readonly DemoAccount[]>([]);
  /** The session was ended by the hub, not by a click. */
  const ended = ref(false);

  function entered(data: SessionData): void {
    useCsrfToken(data.csrf_token);
    operator.value = data.operator;
    status.value = "in";
    ended.value = false;
  }

  function left(error: WireError | null): void {
    const details = error?.details as { demo?: boolean; accounts?: DemoAccount[] } | null | undefined;
    if (details?.demo) demoAccounts.value = details.accounts ?? [];
    operator.value = null;
    status.value = "out";
  }

  /** Ask the hub who we are; needed after a load, and when a socket is refused. */
  async function check(): Promise<void> {
    try {
      entered(await api<SessionData>("GET", "/api/session"));
    } catch (failure) {
      const error = failure instanceof ApiError ? failure.error : null;
      if (error?.code === "unauthenticated") {
        ended.value = status.value === "in";
        left(error);
      } else if (status.value !== "in") status.value = "unreachable";
    }
  }

  async function logIn(login: string, password: string): Promise<LogIn> {
    try {
      entered(await api<SessionData>("POST", "/api/session", { login, password }));
      return { ok: true };
    } catch (failure) {
      return { ok: false, error: failure instanceof ApiError ? failure.error : null };
    }
  }

  async function logOut(): Promise<void> {
    try {
      await api<unknown>("DELETE", "/api/session");
    } catch (failure) {
      // Already logged out is as good; anything else is shown by what `check` finds.
      if (!(failure instanceof ApiError)) throw failure;
    }
    left(null);
    await check();
    ended.value = false;
  }

  return { status, operator, demoAccounts, ended, check, logIn, logOut };
});
