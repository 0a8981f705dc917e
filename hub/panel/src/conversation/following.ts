/** Keeps a scrolled list where the reader is: at the newest line, or at the line they read. */
import { type ComputedRef, type Ref, nextTick, onBeforeUnmount, onMounted, ref, useTemplateRef, watch } from "vue";
import type { Line } from "./lines";

/** This close to an end (px) counts as being there. */
const AT_END = 48;
const NEAR_START = 160;
const FAR = 600;

interface Following {
  /** Lines that came while the reader was further up. */
  readonly unseen: Ref<number>;
  /** The reader is far from the newest line. */
  readonly away: Ref<boolean>;
  readonly scrolled: () => void;
  readonly toNewest: () => void;
}

interface FollowingInput {
  readonly lines: ComputedRef<Line[]>;
  readonly older: () => void;
  readonly hasOlder: () => boolean;
  /** The newest line is on the screen of somebody who looks. */
  readonly seen: () => void;
}

/** The template has the refs `area` (scrolls) and `content` (grows). */
export function useFollowing({ lines, older, hasOlder, seen }: FollowingInput): Following {
  const area = useTemplateRef<HTMLElement>("area");
  const content = useTemplateRef<HTMLElement>("content");
  const unseen = ref(0);
  const away = ref(false);
  let atNewest = true;
  let observer: ResizeObserver | undefined;

  function toNewest(): void {
    const box = area.value;
    if (!box) return;
    atNewest = true;
    box.scrollTop = box.scrollHeight;
    arrived();
  }

  function arrived(): void {
    unseen.value = 0;
    away.value = false;
    if (document.visibilityState === "visible" && lines.value.length > 0) seen();
  }

  function scrolled(): void {
    const box = area.value;
    if (!box) return;
    const left = box.scrollHeight - box.scrollTop - box.clientHeight;
    atNewest = left < AT_END;
    away.value = left > FAR;
    if (atNewest) arrived();
    if (box.scrollTop < NEAR_START && hasOlder()) older();
  }

  watch(lines, async (after, before) => {
    const box = area.value;
    if (!box) return;
    const height = box.scrollHeight;
    const top = box.scrollTop;
    const lastBefore = before.at(-1)?.key;
    const came = lastBefore === undefined ? after : after.slice(after.findIndex((line) => line.key === lastBefore) + 1);
    const grewUp = before.length > 0 && before.find((line) => line.kind !== "day")?.key !== after.find((line) => line.kind !== "day")?.key;
    await nextTick();
    if (atNewest || came.some((line) => "item" in line && line.item !== null)) return toNewest();
    if (grewUp) box.scrollTop = top + box.scrollHeight - height;
    unseen.value += came.filter((line) => line.kind !== "day").length;
  });

  function looked(): void {
    if (atNewest) arrived();
  }

  onMounted(() => {
    observer = new ResizeObserver(() => {
      if (atNewest) toNewest();
      else if (area.value && area.value.scrollHeight <= area.value.clientHeight && hasOlder()) older();
    });
    if (area.value) observer.observe(area.value);
    if (content.value) observer.observe(content.value);
    document.addEventListener("visibilitychange", looked);
    toNewest();
    scrolled();
  });
  onBeforeUnmount(() => {
    observer?.disconnect();
    document.removeEventListener("visibilitychange", looked);
  });

  return { unseen, away, scrolled, toNewest };
}
