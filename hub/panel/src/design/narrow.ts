/** How much room the window has. */
import { type Ref, ref } from "vue";

/** As on a phone: one part is shown at a time. */
export const useNarrow = watched("(max-width: 767px)");
/** Room for three parts beside each other. */
export const useWide = watched("(min-width: 1100px)");

function watched(query: string): () => Readonly<Ref<boolean>> {
  const media = matchMedia(query);
  const matches = ref(media.matches);
  media.addEventListener("change", (event) => (matches.value = event.matches));
  return () => matches;
}
