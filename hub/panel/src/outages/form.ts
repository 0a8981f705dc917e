/** The form of one outage: its draft (kept on this computer), what the bot would say, its errors, and saving it. */
import { computed, onScopeDispose, reactive, ref, shallowRef, toRaw, watch } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { ApiError } from "@/session/http";
import { useSession } from "@/session/session";
import { type FormErrors, type Merge, type OutageDraft, FIELDS, agree, bodyOf, draftOf, merged, newDraft, placed, restored } from "./draft";
import { type Conflict, type Outage, type OutageField, type Told, type WholeOutage, change, create, preview } from "./outage";

/** A pause in writing after which the bot's words are made anew. */
const PAUSE = 400;

/** Unsure: it may have been saved, and pressing again keeps it one outage and one change. */
export type Trouble = "unsure" | "conflict" | "refused";

export interface Meeting extends Pick<Merge, "taken" | "disputed"> {
  readonly by: string;
  readonly theirs: Outage;
}

export function useOutageForm(outage: Outage | null) {
  const id = outage?.id ?? "new";
  const fresh = (): OutageDraft => (outage ? draftOf(outage) : newDraft(crypto.randomUUID(), Date.now()));
  const stored = readStored(id);
  const draft = reactive<OutageDraft>(stored?.draft ?? fresh());
  /** What we began from. */
  const base = shallowRef(stored?.base ?? plain(draft));
  let version = stored?.version ?? outage?.version ?? 0;
  const wasKept = ref(stored !== null);
  const told = ref<Told | null>(null);
  const telling = ref<"" | "busy" | "failed">("");
  const errors = ref<FormErrors>({});
  /** Fields that were left, whose errors may be shown: nobody is corrected while writing. */
  const left = reactive(new Set<keyof FormErrors>());
  const saving = ref(false);
  const trouble = ref<{ kind: Trouble; error: WireError | null } | null>(null);
  const meeting = ref<Meeting | null>(null);
  let later: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  watch(draft, () => {
    keep();
    clearTimeout(later);
    later = setTimeout(() => void tell(), PAUSE);
  });
  onScopeDispose(() => clearTimeout(later));

  function keep(): void {
    keepStored(id, touched.value ? { draft: toRaw(draft), base: base.value, version } : null);
  }

  /** Ask what the bot would say; the hub's own rules find what is wrong, so there are no others here. */
  async function tell(): Promise<void> {
    const mine = ++asked;
    telling.value = "busy";
    try {
      const answer = await preview({ ...bodyOf(draft), outage_id: outage?.id ?? null });
      if (mine !== asked) return;
      told.value = answer;
      errors.value = {};
      telling.value = "";
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (mine !== asked) return;
      const fields = fieldsOf(failure.error);
      told.value = null;
      telling.value = fields ? "" : "failed";
      if (fields) errors.value = placed(fields);
    }
  }

  const shown = computed<FormErrors>(() => Object.fromEntries(Object.entries(errors.value).filter(([field]) => left.has(field as keyof FormErrors))));

  function leave(field: keyof FormErrors): void {
    left.add(field);
  }

  /** The saved outage; null when it was not saved, and `errors`, `trouble` or `meeting` say why. */
  async function save(): Promise<WholeOutage | null> {
    if (saving.value) return null;
    saving.value = true;
    trouble.value = null;
    try {
      const saved = outage ? await change(outage.id, { ...bodyOf(draft), version }) : await create({ ...bodyOf(draft), client_id: draft.client_id });
      clearTimeout(later);
      keepStored(id, null);
      return saved;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      refused(failure.error);
      return null;
    } finally {
      saving.value = false;
    }
  }

  function refused(error: WireError | null): void {
    const fields = fieldsOf(error);
    if (fields) {
      asked += 1; // an earlier question about the same is answered by this
      errors.value = placed(fields);
      for (const field of Object.keys(errors.value)) left.add(field as keyof FormErrors);
      if (Object.keys(errors.value).length > 0) return;
    }
    if (error?.code === "unauthenticated") void useSession().check();
    const conflict = error?.code === "conflict" ? (error.details as unknown as Conflict) : null;
    if (conflict && outage) meet(conflict.outage, conflict.by);
    else trouble.value = { kind: conflict ? "conflict" : troubleOf(error), error };
  }

  /** Somebody has changed it meanwhile: theirs is taken where we have written nothing. */
  function meet(theirs: Outage, by: string): void {
    if (theirs.version <= version) return;
    const { draft: next, taken, disputed } = merged(plain(draft), base.value, draftOf(theirs));
    base.value = draftOf(theirs);
    version = theirs.version;
    Object.assign(draft, next);
    meeting.value = { by, theirs, taken, disputed };
    keep();
  }

  /** Their contents of a field that both have changed. */
  function takeTheirs(field: OutageField): void {
    if (!meeting.value) return;
    Object.assign(draft, { [field]: plain(base.value)[field] });
    meeting.value = { ...meeting.value, disputed: meeting.value.disputed.filter((one) => one !== field), taken: [...meeting.value.taken, field] };
  }

  /** Away with what was written here. */
  function discard(): void {
    clearTimeout(later);
    keepStored(id, null);
  }

  /** Whether there is anything that discarding would lose. */
  const touched = computed(() => FIELDS.some((field) => !agree(draft, base.value, field)));

  if (outage) meet(outage, outage.updated_by); // when what was kept here was begun from an older one
  if (outage || stored) void tell();
  return { draft, told, telling, errors: shown, saving, trouble, meeting, wasKept, touched, leave, save, meet, takeTheirs, discard, tell };
}

/** A copy without a proxy in it. */
function plain(draft: OutageDraft): OutageDraft {
  return JSON.parse(JSON.stringify(draft)) as OutageDraft;
}

function fieldsOf(error: WireError | null): Record<string, unknown> | undefined {
  return error?.code === "bad_request" ? (error.details?.fields as Record<string, unknown> | undefined) : undefined;
}

function troubleOf(error: WireError | null): Trouble {
  return error === null || error.code === "unavailable" || error.code === "internal" ? "unsure" : "refused";
}

interface Stored {
  readonly draft: OutageDraft;
  readonly base: OutageDraft;
  readonly version: number;
}

const key = (id: string): string => `linka.panel.outage.${useSession().operator?.id ?? ""}.${id}`;

function readStored(id: string): Stored | null {
  try {
    const value = JSON.parse(localStorage.getItem(key(id)) ?? "null") as Partial<Stored> | null;
    const [draft, base] = [restored(value?.draft), restored(value?.base)];
    return draft && base && typeof value?.version === "number" ? { draft, base, version: value.version } : null;
  } catch {
    return null; // no storage, or not ours
  }
}

function keepStored(id: string, value: Stored | null): void {
  try {
    if (value) localStorage.setItem(key(id), JSON.stringify(value));
    else localStorage.removeItem(key(id));
  } catch {
    // No storage: the form keeps what was written as long as it is open.
  }
}
