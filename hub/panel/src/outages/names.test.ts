import { expect, it } from "vitest";
import { withName, withNames } from "./names";

it("adds what is new, tidied, and nothing twice", () => {
  expect(withName(["Brno"], "  Hradec   Králové ")).toEqual(["Brno", "Hradec Králové"]);
  const names = ["Brno"];
  for (const same of ["", "  ", "brno", "BRNO"]) expect(withName(names, same)).toBe(names);
  expect(withName(["Zlín"], "zlin")).toEqual(["Zlín"]);
});

it("takes a pasted line apart", () => expect(withNames(["Brno"], "Zlín, Brno;Most\n,")).toEqual(["Brno", "Zlín", "Most"]));
