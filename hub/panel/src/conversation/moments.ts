/** When a conversation that was put aside comes back. Pure; times in the operator's own time zone. */
export type Preset = "hour" | "threeHours" | "tomorrow" | "monday";

const MORNING = 8;

export function presetsAt(now: Date): { key: Preset; at: Date }[] {
  const days = (count: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + count, MORNING);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const presets: { key: Preset; at: Date }[] = [
    { key: "hour", at: new Date(now.getTime() + 60 * 60_000) },
    { key: "threeHours", at: new Date(now.getTime() + 3 * 60 * 60_000) },
    { key: "tomorrow", at: days(1) },
  ];
  return toMonday === 1 ? presets : [...presets, { key: "monday", at: days(toMonday) }];
}

/** What `<input type="datetime-local">` holds. */
export function fieldValue(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
