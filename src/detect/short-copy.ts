/**
 * The first `limit` characters of a wire text (latin1), to be kept. Copied where it is cut: V8
 * makes a slice point into the long text and so keeps all of that alive.
 */
export function shortCopy(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return Buffer.from(text.slice(0, limit), 'latin1').toString('latin1');
}
