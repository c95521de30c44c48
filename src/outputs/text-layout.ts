import type { styleText } from 'node:util';

/** Puts a format on a text, or not, as the terminal has it. */
export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** Breaks a text at spaces into lines of at most `width` columns, each indented. */
export function wrap(text: string, width: number, indent: number): string[] {
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > room) {
      const at = cutAt(line, room);
      lines.push(line.slice(0, at));
      line = line.slice(at);
    }
  }
  lines.push(line);
  return lines.map((each) => ' '.repeat(indent) + each);
}

/** Not within a surrogate pair. */
function cutAt(line: string, room: number): number {
  return line.codePointAt(room - 1)! > 0xffff ? room - 1 : room;
}

/** 1234567 as 1,234,567. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 capture`, `2 captures`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
