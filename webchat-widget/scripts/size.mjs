/** Fails when what a visitor downloads has outgrown its budget (gzip, bytes). */

import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LOADER = 4 * 1024;
const ALL = 30 * 1024;

const dist = new URL("../dist/", import.meta.url);
const files = [
  "loader.js",
  "index.html",
  ...readdirSync(new URL("assets/", dist)).map((name) => `assets/${name}`),
];
const sizes = files.map((name) => [name, gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length]);
const all = sizes.reduce((sum, [, size]) => sum + size, 0);

for (const [name, size] of sizes) console.log(`${String(size).padStart(6)}  ${name}`);
console.log(`${String(all).padStart(6)}  all of ${ALL}, loader ${sizes[0][1]} of ${LOADER}`);
if (sizes[0][1] > LOADER || all > ALL) {
  console.error("The widget has outgrown its size budget.");
  process.exit(1);
}
