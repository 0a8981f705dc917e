/** Whether the window is as narrow as a phone, where one part is shown at a time. */
import { type Ref, ref } from "vue";

const phone = matchMedia("(max-width: 767px)");
const narrow = ref(phone.matches);
phone.addEventListener("change", (event) => (narrow.value = event.matches));

export function useNarrow(): Readonly<Ref<boolean>> {
  return narrow;
}
