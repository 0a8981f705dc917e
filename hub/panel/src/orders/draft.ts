/** An order while it is being written. Pure: what is in it, what is wrong with it, what is sent. */
import type { ContactView, UnderstoodView } from "@/protocol.gen";
import { parseAmount } from "./amount";
import { formatPhone, parsePhone } from "./phone";
import { parsePostalCode } from "./postal";

export interface OrderDraft {
  /** Made once per draft: a doubled click or a repeated try is one order. */
  client_id: string;
  customer_name: string;
  phone: string;
  street: string;
  town: string;
  postal_code: string;
  tariff_code: string;
  day: string;
  /** `08:00-10:00` */
  time_window: string;
  equipment: string[];
  due: string;
  /** The operator changed the amount: a new quote no longer overwrites it. */
  due_changed: boolean;
  note: string;
}

/** Names of fields as the hub names them in `details.fields`. */
export type OrderField =
  | "customer_name" | "phone" | "address.street" | "address.town" | "address.postal_code"
  | "tariff_code" | "visit.day" | "visit.time" | "equipment" | "due" | "note";

export interface FieldError {
  readonly code: string;
  readonly message: string;
}
export type FieldErrors = Partial<Record<OrderField, FieldError>>;

export const FIELDS: readonly OrderField[] = [
  "customer_name", "phone", "address.street", "address.town", "address.postal_code",
  "tariff_code", "visit.day", "visit.time", "equipment", "due", "note",
];

export const LONGEST_NOTE = 1_000;
const LONGEST_SHORT = 200;
/** More than this (minor units) is a slip of the finger; the hub draws the same line. */
export const MOST_DUE = 10_000_000;

export function newDraft(clientId: string, contact: ContactView, understood: UnderstoodView | null): OrderDraft {
  const entity = (...names: string[]): string => names.map((name) => understood?.entities[name]).find(Boolean) ?? "";
  return {
    client_id: clientId,
    customer_name: contact.name ?? entity("name", "customer_name"),
    phone: contact.phone ? formatPhone(contact.phone).replaceAll("\u00a0", " ") : entity("phone", "phone_number"),
    street: entity("street", "address"),
    town: entity("town", "city"),
    postal_code: entity("postal_code", "zip"),
    tariff_code: entity("tariff", "tariff_code"),
    day: "",
    time_window: "",
    equipment: [],
    due: "",
    due_changed: false,
    note: "",
  };
}

/** A draft found in storage, if it still has the right shape; otherwise null. */
export function restoredDraft(stored: unknown, blank: OrderDraft): OrderDraft | null {
  if (typeof stored !== "object" || stored === null) return null;
  const known = stored as Record<string, unknown>;
  const fits = (Object.keys(blank) as (keyof OrderDraft)[]).every(
    (key) => typeof known[key] === typeof blank[key] && Array.isArray(known[key]) === Array.isArray(blank[key]),
  );
  return fits ? (stored as OrderDraft) : null;
}

/** What stands in a field, to tell whether it was changed since. */
export function writtenIn(draft: OrderDraft, field: OrderField): string {
  switch (field) {
    case "address.street":
      return draft.street;
    case "address.town":
      return draft.town;
    case "address.postal_code":
      return draft.postal_code;
    case "visit.day":
      return draft.day;
    case "visit.time":
      return draft.time_window;
    case "equipment":
      return draft.equipment.join();
    default:
      return draft[field];
  }
}

/** What is wrong, field by field. `today` as `2026-11-23`. */
export function checked(draft: OrderDraft, today: string): FieldErrors {
  const errors: FieldErrors = {};
  const wrong = (field: OrderField, code: string): void => {
    errors[field] = { code, message: code };
  };
  const text = (field: OrderField, value: string, missing: string): void => {
    if (!value.trim()) wrong(field, missing);
    else if (value.trim().length > LONGEST_SHORT) wrong(field, "too_long");
  };
  text("customer_name", draft.customer_name, "customer_name_missing");
  if (!draft.phone.trim()) wrong("phone", "phone_missing");
  else if (parsePhone(draft.phone) === null) wrong("phone", "phone_invalid");
  text("address.street", draft.street, "street_missing");
  text("address.town", draft.town, "town_missing");
  if (!draft.postal_code.trim()) wrong("address.postal_code", "postal_code_missing");
  else if (parsePostalCode(draft.postal_code) === null) wrong("address.postal_code", "postal_code_invalid");
  if (!draft.tariff_code) wrong("tariff_code", "tariff_missing");
  if (!draft.day) wrong("visit.day", "day_missing");
  else if (draft.day < today) wrong("visit.day", "day_past");
  if (!draft.time_window) wrong("visit.time", "time_missing");
  if (!draft.due.trim()) wrong("due", "due_missing");
  else {
    const due = parseAmount(draft.due);
    if (due === null) wrong("due", "due_invalid");
    else if (due > MOST_DUE) wrong("due", "due_too_high");
  }
  if (draft.note.length > LONGEST_NOTE) wrong("note", "too_long");
  return errors;
}

/** The body of `POST …/orders`. The draft has been checked. */
export function orderBody(draft: OrderDraft, currency: string): Record<string, unknown> {
  const [starts, ends] = draft.time_window.split("-");
  return {
    client_id: draft.client_id,
    customer_name: draft.customer_name.trim(),
    phone: parsePhone(draft.phone) ?? draft.phone.trim(),
    address: {
      street: draft.street.trim(),
      town: draft.town.trim(),
      postal_code: parsePostalCode(draft.postal_code) ?? draft.postal_code.trim(),
    },
    tariff_code: draft.tariff_code,
    visit: { day: draft.day, starts, ends },
    equipment: draft.equipment,
    due: { amount: parseAmount(draft.due) ?? 0, currency },
    note: draft.note.trim(),
  };
}

/** The hub's field errors beside our fields; those of a field we do not show come under `other`. */
export function placed(fields: Record<string, unknown>): { errors: FieldErrors; other: FieldError[] } {
  const errors: FieldErrors = {};
  const other: FieldError[] = [];
  for (const [path, value] of Object.entries(fields)) {
    const { code, message } = (value ?? {}) as Partial<FieldError>;
    const error = { code: code ?? "invalid", message: message ?? path };
    const field = fieldOf(path);
    if (field) errors[field] ??= error;
    else other.push(error);
  }
  return { errors, other };
}

function fieldOf(path: string): OrderField | null {
  if (path === "visit" || path === "visit.starts" || path === "visit.ends") return "visit.time";
  const whole = FIELDS.find((field) => path === field || path.startsWith(`${field}.`));
  return whole ?? null;
}
