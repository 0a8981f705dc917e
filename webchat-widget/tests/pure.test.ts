import { describe, expect, it } from "vitest";
import { asTextOn, contrast, inkOn } from "../src/accent";
import { isAllowed } from "../src/app/host";
import { pieces } from "../src/app/links";
import { numbersApart } from "../src/app/numbers";
import { parse } from "../src/app/socket";
import { excess, lengthOf, MAX_TEXT, pageFor, storable } from "../src/app/text";
import { choose, clockTime, money, spoken, visitDay, wordsOf } from "../src/app/words";
import { parseToChat, parseToHost } from "../src/bridge";

describe("numbers of orders and cases", () => {
  it("are whole, and the text stays what it is", () => {
    const parts = numbersApart("Stížnost C-598-2610, objednávka 1234-5671.");
    expect(parts.filter((_, place) => place % 2)).toEqual(["C-598-2610", "1234-5671"]);
    expect(parts.join("")).toBe("Stížnost C-598-2610, objednávka 1234-5671.");
  });
});

describe("links in text", () => {
  const links = (text: string) => pieces(text).flatMap((piece) => (piece.href ? [piece.href] : []));

  it("are found without the punctuation around them", () => {
    expect(links("See https://a.example/x, (http://b.example/y_(z)).")).toEqual([
      "https://a.example/x",
      "http://b.example/y_(z)",
    ]);
  });

  it("lose no character of the text", () => {
    const text = 'a https://x.example/?q="b" <img onerror=1> https://y.example!';
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://a.example",
    "https://",
    "https://user:secret@a.example",
    "<b>x</b>",
  ])("are never made of %s", (text) => {
    expect(links(text)).toEqual([]);
  });
});

describe("the accent", () => {
  it.each(["#0f766e", "#ffffff", "#000000", "#ffd400", "#e11d48", "#808080", "#00ff00"])(
    "%s stays readable",
    (accent) => {
      expect(contrast(accent, inkOn(accent))).toBeGreaterThanOrEqual(4.5);
      for (const ground of ["#ffffff", "#f3f4f6", "#17191d", "#262a31"]) {
        expect(contrast(asTextOn(accent, ground), ground)).toBeGreaterThanOrEqual(4.5);
      }
    },
  );
});

describe("text for the wire", () => {
  it("holds no half characters and no NUL", () => {
    expect(storable("a\ud800b\u0000c\udc00😀")).toBe("a\ufffdbc\ufffd😀");
  });

  it("is counted in characters", () => {
    expect(lengthOf("a😀č")).toBe(3);
  });

  it("says by how many characters a message is too long", () => {
    expect(excess("a".repeat(MAX_TEXT))).toBe(0);
    expect(excess(`  ${"😀".repeat(MAX_TEXT)}\n`)).toBe(0);
    expect(excess("😀".repeat(MAX_TEXT + 2))).toBe(2);
    expect(wordsOf("en").tooLong(2)).toBe("2 characters too long");
  });

  it("cuts the page to size", () => {
    const page = pageFor({ url: "x".repeat(5_000), title: "", language: "cs" }, "cs");
    expect(page).toEqual({ url: "x".repeat(2_000), title: null, language: "cs" });
    expect(pageFor(null, "not a language")).toEqual({ url: null, title: null, language: null });
  });
});

describe("words", () => {
  it("have Czech plurals", () => {
    const { newMessages } = wordsOf("cs");
    expect([1, 2, 5].map(newMessages)).toEqual(["1 nová zpráva", "2 nové zprávy", "5 nových zpráv"]);
  });

  it("have English ordinals", () => {
    const { place } = wordsOf("en");
    expect([1, 2, 3, 4, 11, 22].map(place)).toEqual([
      "You are next in line",
      "You are 2nd in line",
      "You are 3rd in line",
      "You are 4th in line",
      "You are 11th in line",
      "You are 22nd in line",
    ]);
  });

  it("write money, days and times as people do", () => {
    const spaces = (text: string) => text.replace(/\s/g, " ");
    expect(spaces(money({ amount: 149_900, currency: "CZK" }, "cs"))).toBe("1 499 Kč");
    expect(spaces(money({ amount: 149_950, currency: "CZK" }, "cs"))).toBe("1 499,50 Kč");
    expect(spaces(money({ amount: 149_900, currency: "CZK" }, "en"))).toBe("1,499 Kč");
    expect(clockTime("08:00:00")).toBe("8:00");
    expect(clockTime("12:30:00")).toBe("12:30");
    const visit = { day: "2026-11-30", starts: "08:00:00", ends: "10:00:00" };
    expect(spaces(visitDay(visit, "cs"))).toBe("pondělí 30. 11. 2026");
    expect(visitDay(visit, "en")).toMatch(/^Monday,? 30 November 2026$/);
  });

  it("are chosen by the first wish that can be met", () => {
    expect(choose([null, "de", "en-GB", "cs"], ["cs", "en"])).toBe("en");
    expect(choose(["", "de"], ["cs", "en"])).toBe("cs");
    expect(spoken(["de"])).toEqual(["cs", "en"]);
  });
});

describe("frames of the socket", () => {
  it.each([
    ['0{"sid":"x","pingInterval":25000,"pingTimeout":20000}', { type: "open", silence: 45_000 }],
    ["2", { type: "ping" }],
    ["1", { type: "close" }],
    ['40/widget,{"sid":"x"}', { type: "connected" }],
    ["41/widget,", { type: "disconnected" }],
    ['42/widget,["a",{"b":1}]', { type: "event", name: "a", data: { b: 1 } }],
    ['42/widget,7["a"]', { type: "event", name: "a", data: undefined }],
    ['43/widget,12[{"ok":true}]', { type: "ack", id: 12, data: { ok: true } }],
    [
      '44/widget,{"message":"no","data":{"code":"forbidden","message":"","retryable":false}}',
      { type: "refused", error: { code: "forbidden", message: "", retryable: false } },
    ],
    ['44/widget,{"message":"no"}', { type: "refused", error: null }],
    ['42/operator,["a"]', { type: "other" }],
    ['42["a"]', { type: "other" }],
    ["42/widget,[", { type: "other" }],
    ["", { type: "other" }],
    ["6", { type: "other" }],
  ])("%s", (frame, packet) => {
    expect(parse(frame, "/widget")).toEqual(packet);
  });
});

describe("the host page", () => {
  it.each([
    ["https://shop.example", true],
    ["https://hub.example", true],
    ["https://shop.example.evil", false],
    ["http://shop.example", false],
    ["null", false],
  ])("%s may talk: %s", (origin, allowed) => {
    expect(isAllowed(origin, "https://hub.example", ["https://shop.example/"])).toBe(allowed);
  });

  it("is understood only in whole messages", () => {
    const page = { url: "u", title: "t", language: "cs" };
    expect(parseToChat({ linka: "hello", page, open: true })).toEqual({ linka: "hello", page, open: true });
    expect(parseToHost({ linka: "unread", count: 2 })).toEqual({ linka: "unread", count: 2 });
    for (const bad of [
      null,
      1,
      "x",
      {},
      { linka: "x" },
      { linka: "page" },
      { linka: "page", page: { url: 1 } },
    ]) {
      expect(parseToChat(bad)).toBeNull();
    }
    for (const bad of [
      null,
      [],
      { linka: "unread" },
      { linka: "ready", accent: "#fff" },
      { linka: "hello", page },
    ]) {
      expect(parseToHost(bad)).toBeNull();
    }
  });
});
