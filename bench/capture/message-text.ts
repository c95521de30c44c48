/** A message while it is made and forwarded: its headers in order, and its body. */
export interface Message {
  /** Request line or status line. */
  readonly start: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

/** Name as it is written, value. */
export type Header = readonly [name: string, value: string];

export function textOf({ start, headers, body }: Message): string {
  let text = `${start}\r\n`;
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  return `${text}\r\n${body}`;
}

const COMPACT: Readonly<Record<string, string>> = {
  Via: 'v',
  From: 'f',
  To: 't',
  'Call-ID': 'i',
  Contact: 'm',
  'Content-Type': 'c',
  'Content-Length': 'l',
  Supported: 'k',
};

/** With the short names of RFC 3261 §7.3.3. */
export function compact(message: Message): Message {
  return { ...message, headers: message.headers.map(([name, v]) => [COMPACT[name] ?? name, v]) };
}

export function isNamed(header: Header, name: string): boolean {
  return header[0] === name || header[0] === COMPACT[name];
}

export function headerOf(message: Message, name: string): string {
  return message.headers.find((header) => isNamed(header, name))?.[1] ?? '';
}

/** As a proxy forwards a request: its own Via on top, one hop less, and its Record-Route. */
export function forwarded(message: Message, via: string, recordRoute: string): Message {
  const headers: Header[] = [];
  if (recordRoute !== '') headers.push(['Record-Route', recordRoute]);
  headers.push(['Via', via]);
  for (const header of message.headers) {
    const [name, value] = header;
    if (name === 'Max-Forwards') headers.push([name, String(Number(value) - 1)]);
    else if (name !== 'Route') headers.push(header);
  }
  return { ...message, headers };
}

/** As a proxy hands a response on: without its own Via. */
export function handedBack(message: Message): Message {
  const first = message.headers.findIndex((header) => isNamed(header, 'Via'));
  return { ...message, headers: message.headers.filter((_, i) => i !== first) };
}
