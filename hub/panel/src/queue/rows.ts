/** The lists of conversations. Pure: pages and updates in, new lists out. Versions never go back. */
import type { ConversationList, ConversationRow, ListCursor } from "@/protocol.gen";

export type View = ConversationList["view"];
export const VIEWS: readonly View[] = ["mine", "queue", "all", "bot", "resolved"];

export interface ViewList {
  readonly ids: readonly string[];
  readonly next: ListCursor | null;
  readonly loaded: boolean;
}

interface Known {
  readonly row: ConversationRow;
  /** In which lists it is, as the last update said; null while only pages have named it. */
  readonly views: readonly View[] | null;
  /** When the update came, counted in updates. */
  readonly tick: number;
}

export interface Lists {
  readonly known: ReadonlyMap<string, Known>;
  readonly views: Readonly<Record<View, ViewList>>;
  /** When each hidden conversation was hidden: a page that was asked for before must not bring it back. */
  readonly gone: ReadonlyMap<string, number>;
  /** Number of updates so far; a page that was asked for at tick t does not overrule later updates. */
  readonly tick: number;
}

const nothing: ViewList = { ids: [], next: null, loaded: false };

export const emptyLists: Lists = {
  known: new Map(),
  views: { mine: nothing, queue: nothing, all: nothing, bot: nothing, resolved: nothing },
  gone: new Map(),
  tick: 0,
};

export function rowsOf(lists: Lists, view: View): ConversationRow[] {
  return lists.views[view].ids.map((id) => (lists.known.get(id) as Known).row);
}

export function rowOf(lists: Lists, id: string): ConversationRow | undefined {
  return lists.known.get(id)?.row;
}

/** A row is new or has changed; it is now in exactly these views. */
export function updated(lists: Lists, row: ConversationRow, views: readonly View[]): Lists {
  const earlier = lists.known.get(row.id);
  if (earlier && earlier.row.version > row.version) return lists;
  const tick = lists.tick + 1;
  const known = new Map(lists.known).set(row.id, { row, views, tick });
  const next = { ...lists.views };
  for (const view of VIEWS) {
    const list = lists.views[view];
    const without = list.ids.filter((id) => id !== row.id);
    const belongs = list.loaded && views.includes(view) && !beyond(list, view, row);
    next[view] = { ...list, ids: belongs ? sorted([...without, row.id], view, known) : without };
  }
  const gone = new Map(lists.gone);
  gone.delete(row.id);
  return { known, views: next, gone, tick };
}

/** It is no longer ours to see: it leaves every list. */
export function hidden(lists: Lists, id: string): Lists {
  const known = new Map(lists.known);
  known.delete(id);
  const next = { ...lists.views };
  for (const view of VIEWS) next[view] = { ...lists.views[view], ids: lists.views[view].ids.filter((one) => one !== id) };
  const tick = lists.tick + 1;
  return { known, views: next, gone: new Map(lists.gone).set(id, tick), tick };
}

/** A row that came with an opened conversation: only news about it, not about lists. */
export function seen(lists: Lists, row: ConversationRow): Lists {
  const earlier = lists.known.get(row.id);
  if (earlier && earlier.row.version >= row.version) return lists;
  const known = new Map(lists.known).set(row.id, { row, views: earlier?.views ?? null, tick: earlier?.tick ?? 0 });
  return { ...lists, known };
}

/** The first page, which replaces the list; `askedAt` is `lists.tick` when it was asked for. */
export function listed(lists: Lists, view: View, rows: readonly ConversationRow[], next: ListCursor | null, askedAt: number): Lists {
  const [known, ids] = absorbed(lists, view, rows, askedAt);
  const newer = lists.views[view].ids.filter((id) => (lists.known.get(id) as Known).tick > askedAt);
  return withView(lists, known, view, { ids: sorted(unique([...ids, ...newer]), view, known), next, loaded: true });
}

/** A further page, asked for with the cursor `before`. It is of no use once the list begins anew: rows between would be missing. */
export function continued(
  lists: Lists,
  view: View,
  before: ListCursor,
  rows: readonly ConversationRow[],
  next: ListCursor | null,
  askedAt: number,
): Lists {
  if (lists.views[view].next !== before) return lists;
  const [known, ids] = absorbed(lists, view, rows, askedAt);
  const all = unique([...lists.views[view].ids, ...ids]);
  return withView(lists, known, view, { ids: sorted(all, view, known), next, loaded: true });
}

/** Where a row stands: the queue by rank (longest waiting first), all else by the last change (newest first). */
export function sortValue(view: View, row: ConversationRow): number {
  if (view === "queue" && row.responder.kind === "queued") {
    return Date.parse(row.responder.since) - row.responder.priority * 60_000;
  }
  return row.updated_at === null ? 0 : Date.parse(row.updated_at);
}

function absorbed(
  lists: Lists,
  view: View,
  rows: readonly ConversationRow[],
  askedAt: number,
): [Map<string, Known>, string[]] {
  const known = new Map(lists.known);
  const ids: string[] = [];
  for (const row of rows) {
    if ((lists.gone.get(row.id) ?? 0) > askedAt) continue;
    const earlier = known.get(row.id);
    const fresher = earlier !== undefined && earlier.row.version >= row.version;
    if (!fresher) known.set(row.id, { row, views: null, tick: earlier?.tick ?? 0 });
    const leftSince = earlier?.views && earlier.tick > askedAt && fresher && !earlier.views.includes(view);
    if (!leftSince) ids.push(row.id);
  }
  return [known, ids];
}

/** Past the end of what is loaded: it will come with its page. */
function beyond(list: ViewList, view: View, row: ConversationRow): boolean {
  if (list.next === null) return false;
  const edge = Date.parse(list.next.at);
  return view === "queue" ? sortValue(view, row) > edge : sortValue(view, row) < edge;
}

function sorted(ids: readonly string[], view: View, known: ReadonlyMap<string, Known>): string[] {
  const value = (id: string): number => sortValue(view, (known.get(id) as Known).row);
  const sign = view === "queue" ? 1 : -1;
  return [...ids].sort((one, other) => sign * (value(one) - value(other) || (one < other ? -1 : 1)));
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function withView(lists: Lists, known: ReadonlyMap<string, Known>, view: View, list: ViewList): Lists {
  return { ...lists, known, views: { ...lists.views, [view]: list } };
}
