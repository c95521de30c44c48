import sip from 'sip';
import { ShortLists } from './short-lists.js';

/** A message as plain JSON-safe data, for an alert's evidence. Never on the path of traffic. */
export type StructuredMessage = {
  method?: string;
  uri?: string;
  status?: number;
  reason?: string;
  version?: string;
  /** By name in lower case, compact forms spelled out. Has no prototype: names are hostile. */
  headers: Record<string, unknown>;
  /** Names of those that had more values or parameters: the first are there. */
  shortened?: string[];
};

/**
 * Bounds on what the package gets to see. Its expressions backtrack over white space: one datagram
 * of 1.5 KB costs it over a second, so runs are collapsed first and lines and head are cut.
 */
const MAX_HEAD = 8192;
const MAX_LINE = 1024;
const MAX_LINES = 128;

/**
 * The message in `bytes` as the npm package `sip` reads it, without its body; undefined when it can
 * make nothing of it. Lines without a colon are left out. `clean` sees the text before anything is
 * cut off it: a secret may be known by what stands behind it. Never throws.
 */
export function structured(
  bytes: Buffer,
  clean: (head: string) => string = (head) => head,
): StructuredMessage | undefined {
  const lists = new ShortLists();
  const [startLine = '', ...fields] = headLines(clean(bytes.toString('latin1', 0, MAX_HEAD)));
  const safe = fields.filter((line) => !isReserved(nameOf(line)));
  const short = safe.flatMap((line) => lists.line(packageName(line), line) ?? []);
  const parsed = parse(`${[startLine, ...short].join('\r\n')}\r\n\r\n`, lists);
  if (parsed === undefined) return undefined;
  const headers: Record<string, unknown> = Object.assign(Object.create(null), parsed.headers);
  for (const line of fields) {
    if (isReserved(nameOf(line))) headers[nameOf(line)] = line.slice(line.indexOf(':') + 1).trim();
  }
  const shortened = lists.names();
  return shortened.length === 0 ? { ...parsed, headers } : { ...parsed, headers, shortened };
}

/** The lines of the head that can be read: folds joined, white space collapsed, cut to size. */
function headLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.replace(/^[\r\n]+/, '').split(/\r?\n/, MAX_LINES)) {
    if (line === '') break;
    const short = line.slice(0, MAX_LINE).replace(/\s{2,}/g, ' ');
    const last = lines.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) lines[last] = join(lines[last], short);
    else if (last < 0 || /^[^\s:]+\s?:/.test(short)) lines.push(short);
  }
  return lines;
}

function join(line: string, fold: string): string {
  return `${line.trimEnd()} ${fold.trimStart()}`.slice(0, MAX_LINE);
}

function nameOf(line: string): string {
  return line
    .slice(0, Math.max(line.indexOf(':'), 0))
    .trim()
    .toLowerCase();
}

/** The name that the package files a line under. */
function packageName(line: string): string {
  const name = unescape(nameOf(line)).toLowerCase();
  return name === 'm' ? 'contact' : name === 'v' ? 'via' : name;
}

/**
 * The package looks names up in plain objects after decoding %-escapes, so `constructor` would find
 * a function there.
 */
function isReserved(name: string): boolean {
  return unescape(name).toLowerCase() in {};
}

/** Through JSON, so that nothing but plain data comes out: no NaN, no odd prototypes. */
function parse(text: string, lists: ShortLists): StructuredMessage | undefined {
  try {
    const parsed = sip.parse(text);
    if (parsed === undefined) return undefined;
    const { content: _, ...message } = parsed;
    lists.parsed(message.headers);
    return JSON.parse(JSON.stringify(message));
  } catch {
    return undefined;
  }
}
