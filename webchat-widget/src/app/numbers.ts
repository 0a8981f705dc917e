/** Numbers of orders and cases (1234-5671, C-123-4560), which no line may break. Pure. */
const NUMBER = /(\b(?:[A-Z]-)?\d{3,4}-\d{4}\b)/;

/** A text in parts, of which every second one is such a number; together they are the text. */
export function numbersApart(text: string): string[] {
  return text.split(NUMBER);
}
