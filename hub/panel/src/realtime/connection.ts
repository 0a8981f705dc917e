/** Whether the hub can be reached, and who wants to know when it can again. */
import { defineStore } from "pinia";
import { ref } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { useSession } from "@/session/session";
import { on, raw } from "./socket";

export const useConnection = defineStore("connection", () => {
  const state = ref<"connecting" | "online" | "offline" | "leaving">("connecting");
  const wasOnline = ref(false);
  const online: (() => void)[] = [];
  const offline: (() => void)[] = [];
  const socket = raw();
  let comeBack: ReturnType<typeof setTimeout> | undefined;

  socket.on("connect", () => {
    state.value = "online";
    wasOnline.value = true;
    for (const listener of online) listener();
  });
  socket.on("disconnect", (reason) => {
    if (state.value !== "leaving") state.value = "offline";
    for (const listener of offline) listener();
    // The hub said goodbye: the library would wait for us.
    if (reason === "io server disconnect" && useSession().status === "in") again(1_000);
  });
  socket.on("connect_error", (failure: globalThis.Error & { data?: WireError }) => {
    state.value = wasOnline.value || state.value === "offline" ? "offline" : "connecting";
    if (!wasOnline.value && !failure.data) state.value = "offline";
    if (failure.data?.code === "unauthenticated") void useSession().check();
    else if (failure.data) again((failure.data.retry_after ?? 2) * 1_000);
  });
  on("server.leaving", ({ reconnect_in }) => {
    state.value = "leaving";
    again(reconnect_in * 1_000);
  });
  on("session.ended", () => void useSession().check());
  window.addEventListener("online", retryNow);

  function again(pause: number): void {
    clearTimeout(comeBack);
    comeBack = setTimeout(() => {
      if (!socket.connected && useSession().status === "in") socket.connect();
    }, pause);
  }

  function retryNow(): void {
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
    state.value = "connecting";
  }

  return {
    state,
    wasOnline,
    retryNow,
    begin,
    end,
    whenOnline: (listener: () => void) => void online.push(listener),
    whenOffline: (listener: () => void) => void offline.push(listener),
  };
});
