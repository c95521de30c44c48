/** Something wrong in a document, told as `file:line: what, and what to do`. */
export class DocumentProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;

  constructor(file: string, line: number, message: string) {
    this.file = file;
    this.line = line;
    this.message = message;
  }

  toString(): string {
    return `${this.file}:${this.line}: ${this.message}`;
  }
}

/** The nearest of the allowed words, as a hint for a typing slip, or an empty text. */
export function didYouMean(word: string, allowed: Iterable<string>): string {
  const candidates = [...allowed];
  let best = word.length < 3 ? '' : (candidates.find((each) => each.startsWith(word)) ?? '');
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === '' ? '' : ` (did you mean "${best}"?)`;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
