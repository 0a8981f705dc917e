/** Talking to the draft and to what is published, beside each other; it goes on while one walks through the pages. */
import { defineStore } from "pinia";
import { reactive, ref } from "vue";
import type { Error as WireError } from "@/protocol.gen";
import { ApiError } from "@/session/http";
import { type Choice, type Model, type Reply, endTalk, say } from "./trainings";

export type Turn =
  | { readonly who: "me"; readonly text: string; readonly pressed: boolean }
  | { readonly who: "bot"; readonly reply: Reply };

export interface Talk {
  id: string;
  turns: Turn[];
  /** What was said and has no answer yet. */
  open: { readonly text: string; readonly payload: boolean } | null;
  /** The model is being loaded; it is asked again by itself. */
  loading: boolean;
  trouble: { readonly error: WireError | null } | null;
}

export type Shown = Model | "both";

const AGAIN = 2;

const begun = (): Talk => ({ id: crypto.randomUUID(), turns: [], open: null, loading: false, trouble: null });

export const useTalk = defineStore("talk", () => {
  const open = ref(false);
  const shown = ref<Shown>("draft");
  const talks = reactive<Record<Model, Talk>>({ draft: begun(), published: begun() });

  const models = (): Model[] => (shown.value === "both" ? ["draft", "published"] : [shown.value]);

  /** To everybody who is shown. */
  function write(text: string): void {
    for (const model of models()) turn(model, text, text, false);
  }

  /** A button, in the talk that offers it. */
  function press(model: Model, choice: Choice): void {
    turn(model, choice.title, choice.payload, true);
  }

  function turn(model: Model, words: string, text: string, payload: boolean): void {
    const talk = talks[model];
    if (talk.open) return;
    talk.turns.push({ who: "me", text: words, pressed: payload });
    talk.open = { text, payload };
    void ask(model);
  }

  /** Asks for the answer to what is open; again after a while when the model is being loaded. */
  async function ask(model: Model): Promise<void> {
    const talk = talks[model];
    const { id, open: asked } = talk;
    if (!asked) return;
    talk.trouble = null;
    try {
      const reply = await say(model, id, asked.text, asked.payload);
      if (talk.id !== id) return; // begun anew meanwhile
      talk.turns.push({ who: "bot", reply });
      talk.open = null;
      talk.loading = false;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (talk.id !== id) return;
      talk.loading = failure.error?.code === "unavailable";
      if (talk.loading) setTimeout(() => void (talk.id === id && ask(model)), (failure.error?.retry_after ?? AGAIN) * 1_000);
      else talk.trouble = { error: failure.error };
    }
  }

  function restart(): void {
    for (const model of ["draft", "published"] as const) {
      const { id, turns } = talks[model];
      Object.assign(talks[model], begun());
      // It ends by itself, too, when nobody says anything for a while.
      if (turns.length > 0) endTalk(id).catch((failure: unknown) => { if (!(failure instanceof ApiError)) throw failure; });
    }
  }

  function forget(): void {
    open.value = false;
    for (const model of ["draft", "published"] as const) Object.assign(talks[model], begun());
  }

  return { open, shown, talks, models, write, press, ask, restart, forget };
});
