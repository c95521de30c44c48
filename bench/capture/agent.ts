import type { Header, Message } from './message-text.js';
import type { Random } from './random.js';

/** How one make of phone or server writes its messages. */
export interface Agent {
  readonly userAgents: readonly string[];
  /** After the magic cookie z9hG4bK. */
  branch(random: Random): string;
  tag(random: Random): string;
  callId(random: Random, host: string): string;
  /** Parameters of its Via besides the branch, which stands where `branch` is. */
  readonly via: string;
  readonly contact?: string;
  /** Writes the short names of headers. */
  readonly isCompact?: boolean;
  readonly layouts: Layouts;
  /** Lines of its SDP from `a=` on; `PORT` and `HOST` are filled in, as `SESSION` is before. */
  readonly sdp: string;
}

export interface Layouts {
  readonly register: Layout;
  readonly invite: Layout;
  readonly other: Layout;
  readonly reply: Layout;
}

/** Headers in their order; those without a value are filled in where they are there. */
export type Layout = readonly (readonly [name: string, value: string | undefined])[];

/** One header a line: `Allow: INVITE, ACK` always says this, `Via` is filled in. */
export function layout(text: string): Layout {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const colon = line.indexOf(': ');
      return colon === -1 ? [line, undefined] : [line.slice(0, colon), line.slice(colon + 2)];
    });
}

export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is given but has no place in the layout stands before the body's headers. */
export function compose(start: string, layout: Layout, fields: Fields, body = ''): Message {
  const headers: Header[] = [];
  const all: Fields = { ...fields, 'Content-Length': String(Buffer.byteLength(body)) };
  const used = new Set<string>(LAST);
  for (const [name, value] of layout) {
    if (LAST.includes(name)) continue;
    used.add(name);
    add(headers, name, all[name] ?? value);
  }
  for (const name of Object.keys(all)) if (!used.has(name)) add(headers, name, all[name]);
  for (const name of LAST) add(headers, name, all[name]);
  return { start, headers, body };
}

const LAST = ['Content-Type', 'Content-Length'];

function add(headers: Header[], name: string, value: string | readonly string[] | undefined) {
  if (value === undefined) return;
  if (typeof value === 'string') headers.push([name, value]);
  else for (const one of value) headers.push([name, one]);
}
