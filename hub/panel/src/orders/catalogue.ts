/** What can be ordered, and what it costs: asked of the hub, which is the truth for prices. */
import type { MoneyView } from "@/protocol.gen";
import { api } from "@/session/http";
import type { Language } from "@/words/format";

export interface Tariff {
  readonly code: string;
  readonly name: string;
  readonly description: Partial<Record<Language, string>>;
  readonly download_mbps: number;
  readonly upload_mbps: number;
  readonly price: MoneyView;
}
export interface Equipment {
  readonly code: string;
  readonly name: Partial<Record<Language, string>>;
  readonly price: MoneyView;
}
export interface Catalogue {
  readonly tariffs: readonly Tariff[];
  readonly equipment: readonly Equipment[];
  readonly time_windows: readonly { readonly starts: string; readonly ends: string }[];
  readonly installation: MoneyView;
}
export interface Quote {
  readonly due: MoneyView;
  readonly monthly: MoneyView;
}

/** Throws `ApiError`. */
export function readCatalogue(): Promise<Catalogue> {
  return api<Catalogue>("GET", "/api/catalogue");
}

/** Throws `ApiError`. */
export function readQuote(tariffCode: string, equipment: readonly string[]): Promise<Quote> {
  return api<Quote>("POST", "/api/quote", { tariff_code: tariffCode, equipment });
}
