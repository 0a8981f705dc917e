import { expect, it } from "vitest";
import { contactName } from "./naming";
import { rowOfSample } from "./samples";

const { contact } = rowOfSample("a");

it.each([
  [{ name: "Jana", username: "jana" }, "Jana"],
  [{ username: "jana" }, "@jana"],
  [{ username: "@jana" }, "@jana"],
  [{ name: "", username: "" }, "Visitor acta"],
  [{}, "Visitor acta"],
  [{ id: "5f0c-9a1b_2" }, "Visitor a1b2"],
])("calls a contact with %o “%s”", (known, name) => expect(contactName({ ...contact, ...known }, "Visitor")).toBe(name));
