/** A unified diff, line by line. Pure. */

export interface DiffLine {
  readonly kind: "added" | "removed" | "same" | "place";
  readonly text: string;
}

export function diffLines(diff: string): DiffLine[] {
  const lines = diff.replace(/\n$/, "").split("\n");
  const body = lines.slice(Math.max(0, lines.findIndex((line) => line.startsWith("@@"))));
  return body.filter((line) => !line.startsWith("\\")).map((line) => {
    if (line.startsWith("@@")) return { kind: "place", text: line };
    const kind = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
    return { kind, text: line.slice(1) };
  });
}
