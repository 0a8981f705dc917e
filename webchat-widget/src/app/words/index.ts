/** Which language the chat speaks, and how it writes dates, times and money. Pure. */

import type { MoneyView, VisitView } from "../../protocol.gen";
import { cs } from "./cs";
import { en } from "./en";
import type { Words } from "./types";

export type { Words } from "./types";

const LANGUAGES = { cs, en };
export type LanguageCode = keyof typeof LANGUAGES;

export function wordsOf(language: LanguageCode): Words {
  return LANGUAGES[language];
}

/** What the chat can speak out of what the inbox offers, in the inbox's order. */
export function spoken(offered: readonly string[]): LanguageCode[] {
  const known = offered.filter((code): code is LanguageCode => code in LANGUAGES);
  return known.length > 0 ? known : (Object.keys(LANGUAGES) as LanguageCode[]);
}

/** The first wish that can be met ("cs-CZ" asks for cs), else the first language on offer. */
export function choose(
  wishes: readonly (string | null | undefined)[],
  offered: readonly string[],
): LanguageCode {
  const available = spoken(offered);
  for (const wish of wishes) {
    const base = wish?.toLowerCase().split(/[-_]/)[0];
    const found = available.find((code) => code === base);
    if (found) return found;
  }
  return available[0] ?? "en";
}

const LOCALES: Record<LanguageCode, string> = { cs: "cs-CZ", en: "en-GB" };

export function money(value: MoneyView, language: LanguageCode): string {
  const format = (digits: number | undefined) =>
    new Intl.NumberFormat(LOCALES[language], {
      style: "currency",
      currency: value.currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const scale = 10 ** (format(undefined).resolvedOptions().maximumFractionDigits ?? 2);
  const whole = value.amount % scale === 0;
  const number = format(whole ? 0 : undefined).format(value.amount / scale);
  // English puts the symbol first ("Kč1,499"), which nobody in this country writes.
  return value.currency === "CZK" && language === "en" ? `${number.replace(/Kč\s*/, "")}\u00a0Kč` : number;
}

/** "09:00:00" as people say it: 9:00. */
export function clockTime(time: string): string {
  return time.replace(/^0/, "").slice(0, time.startsWith("0") ? 4 : 5);
}

/** The visit's day in words; it is a date of the business, so no time zone may move it. */
export function visitDay(visit: VisitView, language: LanguageCode): string {
  return new Date(`${visit.day}T12:00:00Z`).toLocaleDateString(LOCALES[language], {
    weekday: "long",
    day: "numeric",
    month: language === "cs" ? "numeric" : "long",
    year: "numeric",
    timeZone: "UTC",
  });
}

export function timeOf(at: Date, language: LanguageCode): string {
  return at.toLocaleTimeString(LOCALES[language], { hour: "numeric", minute: "2-digit" });
}

/** A moment to come, in the visitor's own time zone: the time, with the day unless it is today. */
export function momentOf(at: Date, now: Date, language: LanguageCode): string {
  const time = timeOf(at, language);
  if (at.toDateString() === now.toDateString()) return time;
  const day = at.toLocaleDateString(LOCALES[language], {
    weekday: "long",
    day: "numeric",
    month: language === "cs" ? "numeric" : "long",
  });
  return `${day}, ${time}`;
}

/** Today, yesterday, or the date, in the visitor's own time zone. */
export function dayOf(at: Date, now: Date, language: LanguageCode): string {
  const words = wordsOf(language);
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return at.toLocaleDateString(LOCALES[language], {
    day: "numeric",
    month: language === "cs" ? "numeric" : "long",
    year: "numeric",
  });
}
