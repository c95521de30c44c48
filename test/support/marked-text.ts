/** A document with what stands between two of its lines made anew: `<!-- NAME -->`, `<!-- end -->`. */
export function withPart(document: string, name: string, part: string): string {
  const begin = `<!-- ${name}: made by build-web-docs -->\n`;
  const end = `<!-- end of ${name} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`the marks of ${name} are not there`);
  return `${document.slice(0, from + begin.length)}\n${part}\n${document.slice(to)}`;
}
