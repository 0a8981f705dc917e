/** The lists of conversations, live. */
import { defineStore } from "pinia";
import { reactive, ref, shallowRef } from "vue";
import type { ConversationRow } from "@/protocol.gen";
import { useWorkspace } from "@/people/workspace";
import { useConnection } from "@/realtime/connection";
import { RequestError, on, request } from "@/realtime/socket";
import { type View, VIEWS, continued, emptyLists, hidden, listed, rowOf, rowsOf, seen, updated } from "./rows";

const PAGE = 50;

export const useLists = defineStore("lists", () => {
  const lists = shallowRef(emptyLists);
  const states = reactive(Object.fromEntries(VIEWS.map((view) => [view, "loading"])) as Record<View, "loading" | "ready" | "failed">);
  const loadingMore = ref(false);
  const wanted = new Set<View>();

  async function load(view: View): Promise<void> {
    wanted.add(view);
    const askedAt = lists.value.tick;
    try {
      const page = await request("conversation.list", { view, limit: PAGE });
      lists.value = listed(lists.value, view, page.rows, page.next, askedAt);
      states[view] = "ready";
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      if (!lists.value.views[view].loaded && useConnection().state === "online") states[view] = "failed";
    }
  }

  async function loadMore(view: View): Promise<void> {
    const before = lists.value.views[view].next;
    if (!before || loadingMore.value) return;
    loadingMore.value = true;
    const askedAt = lists.value.tick;
    try {
      const page = await request("conversation.list", { view, before, limit: PAGE });
      lists.value = continued(lists.value, view, before, page.rows, page.next, askedAt);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
    } finally {
      loadingMore.value = false;
    }
  }

  // After a reconnect the first pages are read again: whatever changed meanwhile is in them.
  useConnection().whenOnline(() => {
    for (const view of wanted) void load(view);
  });
  on("conversation.updated", ({ row, views }) => (lists.value = updated(lists.value, row, views)));
  on("conversation.hidden", ({ conversation_id }) => (lists.value = hidden(lists.value, conversation_id)));

  function count(view: View): number | null {
    const board = useWorkspace().board;
    if (!board) return null;
    if (view === "mine") return board.mine;
    if (view === "queue") return board.queued;
    return view === "all" ? board.open : null;
  }

  /** The conversation that was taken; null: nobody waits. Throws `RequestError`. */
  async function takeNext(): Promise<string | null> {
    return (await request("queue.take_next", { client_id: crypto.randomUUID() })).conversation_id;
  }

  function forget(): void {
    lists.value = emptyLists;
    wanted.clear();
    for (const view of VIEWS) states[view] = "loading";
  }

  return {
    rows: (view: View): ConversationRow[] => rowsOf(lists.value, view),
    state: (view: View) => states[view],
    hasMore: (view: View) => lists.value.views[view].next !== null,
    row: (id: string) => rowOf(lists.value, id),
    saw: (row: ConversationRow) => (lists.value = seen(lists.value, row)),
    loadingMore,
    load,
    loadMore,
    count,
    takeNext,
    forget,
  };
});
