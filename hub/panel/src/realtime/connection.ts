/** Whether the hub can be reached, and who wants to know when it can again. */
import { defineStore } from "pinia";
import { ref } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { useSession } from "@/session/session";
import { RequestError, on, raw, request, whenUnable } from "./socket";

/** Milliseconds between two looks whether the hub can save again. */
const PROBE = 2_000;

export const useConnection = defineStore("connection", () => {
  const state = ref<"connecting" | "online" | "offline" | "leaving">("connecting");
  const wasOnline = ref(false);
  /** The hub is there but cannot save or read anything for now. */
  const away = ref(false);
  const online: (() => void)[] = [];
  const offline: (() => void)[] = [];
  const socket = raw();
  let comeBack: ReturnType<typeof setTimeout> | undefined;
  let look: ReturnType<typeof setTimeout> | undefined;

  socket.on("connect", () => {
    state.value = "online";
    well();
    wasOnline.value = true;
    for (const listener of online) listener();
  });
  socket.on("disconnect", (reason) => {
    if (state.value !== "leaving") state.value = "offline";
    well();
    for (const listener of offline) listener();
    // The hub said goodbye: the library would wait for us.
    if (reason === "io server disconnect" && state.value !== "leaving") again(1_000 * (0.5 + Math.random()));
  });
  socket.on("connect_error", (failure: globalThis.Error & { data?: WireError }) => {
    state.value = wasOnline.value || state.value === "offline" ? "offline" : "connecting";
    if (!wasOnline.value && !failure.data) state.value = "offline";
    if (failure.data?.code === "unauthenticated") void useSession().check();
    else if (failure.data) {
      away.value = failure.data.code === "unavailable";
      again((failure.data.retry_after ?? 2) * 1_000 * (1 + Math.random()));
    }
  });
  on("server.leaving", ({ reconnect_in }) => {
    state.value = "leaving";
    // The library would come back at once, and everybody else with us.
    socket.io.reconnection(false);
    again(reconnect_in * 1_000);
  });
  whenUnable(({ retry_after }) => {
    away.value = true;
    probeAfter(Math.max(PROBE, (retry_after ?? 0) * 1_000));
  });
  on("session.ended", () => void useSession().check());
  window.addEventListener("online", retryNow);

  function again(pause: number): void {
    clearTimeout(comeBack);
    comeBack = setTimeout(() => {
      socket.io.reconnection(true);
      if (!socket.connected && useSession().status === "in") socket.connect();
    }, pause);
  }

  function probeAfter(pause: number): void {
    clearTimeout(look);
    look = setTimeout(() => void probe(), pause * (0.5 + Math.random()));
  }

  /** When the hub can read again, everything is read anew and sent: what was asked meanwhile may have failed. */
  async function probe(): Promise<void> {
    if (!away.value || !socket.connected) return;
    try {
      await request("workspace.read", {});
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      if (away.value && failure.error.code !== "unavailable") probeAfter(PROBE);
      return;
    }
    well();
    for (const listener of online) listener();
  }

  function well(): void {
    clearTimeout(look);
    away.value = false;
  }

  function retryNow(): void {
    if (away.value && socket.connected) void probe();
    socket.io.reconnection(true);
    if (!socket.connected && useSession().status === "in") socket.disconnect().connect();
  }

  function begin(): void {
    state.value = "connecting";
    socket.connect();
  }

  function end(): void {
    clearTimeout(comeBack);
    socket.disconnect();
    wasOnline.value = false;
    well();
    state.value = "connecting";
  }

  return {
    state,
    away,
    wasOnline,
    retryNow,
    begin,
    end,
    whenOnline: (listener: () => void) => void online.push(listener),
    whenOffline: (listener: () => void) => void offline.push(listener),
  };
});
