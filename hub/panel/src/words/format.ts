/** Numbers, times and money in the reader's language. Pure. */
import type { MoneyView, VisitView } from "@/protocol.gen";

export type Language = "cs" | "en";
export const LANGUAGES: readonly Language[] = ["cs", "en"];

const LOCALES: Record<Language, string> = { cs: "cs-CZ", en: "en-GB" };
const cache = new Map<string, Intl.DateTimeFormat>();

function dates(language: Language, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${language} ${key}`;
  let format = cache.get(name);
  if (!format) cache.set(name, (format = new Intl.DateTimeFormat(LOCALES[language], options)));
  return format;
}

export function formatTime(at: string, language: Language): string {
  return dates(language, "time", { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

export function formatDay(at: string, language: Language): string {
  return dates(language, "day", { day: "numeric", month: language === "cs" ? "numeric" : "short", year: "numeric" }).format(new Date(at));
}

/** A calendar day without its year, for the axis of a chart. */
export function formatShortDay(day: string, language: Language): string {
  return dates(language, "short", { day: "numeric", month: language === "cs" ? "numeric" : "short" }).format(new Date(`${day}T12:00:00`));
}

export function formatWeekday(at: string, language: Language): string {
  const options: Intl.DateTimeFormatOptions =
    language === "cs"
      ? { weekday: "long", day: "numeric", month: "numeric", year: "numeric" }
      : { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  return dates(language, "weekday", options).format(new Date(at));
}

export function formatMoment(at: string, language: Language): string {
  return `${formatDay(at, language)}, ${formatTime(at, language)}`;
}

/** A calendar day such as `2026-12-01`, which has no time zone. */
export function formatCalendarDay(day: string, language: Language): string {
  return formatWeekday(`${day}T12:00:00`, language);
}

export function formatHours(starts: string, ends: string): string {
  const hour = (time: string): string => time.slice(0, 5).replace(/^0/, "");
  return `${hour(starts)}–${hour(ends)}`;
}

export function formatVisit(visit: VisitView, language: Language): string {
  return `${formatCalendarDay(visit.day, language)}, ${formatHours(visit.starts, visit.ends)}`;
}

/** `499 Kč`, `1 499,50 Kč`; fractions only where there are some. */
export function formatMoney(money: MoneyView, language: Language): string {
  const whole = money.amount % 100 === 0;
  const digits = whole ? 0 : 2;
  const number = new Intl.NumberFormat(LOCALES[language], { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const sign = money.currency === "CZK" ? "Kč" : money.currency;
  return `${number.format(money.amount / 100)}\u00a0${sign}`;
}

/** `Czech`, `čeština` for `cs`; a code that names no language as it is. */
export function languageName(code: string, language: Language): string {
  try {
    return new Intl.DisplayNames([LOCALES[language]], { type: "language" }).of(code) ?? code;
  } catch (failure) {
    if (!(failure instanceof RangeError)) throw failure;
    return code; // it comes from a stranger's browser
  }
}

export function formatPercent(share: number, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language], { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** The calendar day of a moment where the reader is, as `2026-11-23`. */
export function dayKey(at: string | number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export type Span = { readonly unit: "now" | "minutes" | "hours" | "days"; readonly count: number };

/** How long ago, coarse enough for a list. */
export function spanSince(at: string, now: number): Span {
  const minutes = Math.floor(Math.max(0, now - Date.parse(at)) / 60_000);
  if (minutes < 1) return { unit: "now", count: 0 };
  if (minutes < 60) return { unit: "minutes", count: minutes };
  if (minutes < 24 * 60) return { unit: "hours", count: Math.floor(minutes / 60) };
  return { unit: "days", count: Math.floor(minutes / (24 * 60)) };
}

export type Urgency = "calm" | "soon" | "late";

/** When waiting becomes pressing: two and five minutes. */
export function urgencyOf(waitingSince: string, now: number): Urgency {
  const waited = now - Date.parse(waitingSince);
  if (waited >= 5 * 60_000) return "late";
  return waited >= 2 * 60_000 ? "soon" : "calm";
}

/** First letters for an avatar: `Jana Dvořáková` → `JD`. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...(word as string)][0] ?? "").join("").toUpperCase();
}
