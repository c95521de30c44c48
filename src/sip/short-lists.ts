import { readCredentialLine, readParameterLine } from './credential-line.js';

/** Values shown of a header field that may have many. */
const MOST_VALUES = 8;
/** Parameters shown of a value. */
const MOST_PARAMETERS = 32;
/** Commas of one field name that the package gets to see: some may stand inside quotes. */
const MOST_COMMAS = 16;

/** Fields that the package takes apart at commas. */
const LISTS: readonly string[] = ['via', 'contact', 'route', 'record-route', 'path'];
/** Fields of which each line is a value; the commas in it divide parameters. */
const CREDENTIALS: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'www-authenticate',
  'proxy-authenticate',
];
const PARAMETERS = 'authentication-info';
/** Keeps the place of a field that the package is not to read. */
const PLACEHOLDER = 'x a=b';

/**
 * Keeps the lists of one message short: a head of 4 KiB has room for a thousand Contacts, and taking
 * each apart and redacting it would cost more than all else that is done with a packet.
 */
export class ShortLists {
  private readonly lines = new Map<string, number>();
  private readonly commas = new Map<string, number>();
  private readonly credentials = new Map<string, unknown[]>();
  private readonly shortened = new Set<string>();

  /** Names of the fields that had more values or parameters than are shown. */
  names(): string[] {
    return [...this.shortened];
  }

  /** What the package reads of a line; undefined: nothing. `name` as `parsed` has it. */
  line(name: string, line: string): string | undefined {
    const isList = LISTS.includes(name);
    if (!isList && !CREDENTIALS.includes(name) && name !== PARAMETERS) return line;
    const lines = this.lines.get(name) ?? 0;
    this.lines.set(name, lines + 1);
    if (lines >= MOST_VALUES) {
      this.shortened.add(name);
      return undefined;
    }
    if (isList) return this.values(name, line);
    const value = line.slice(line.indexOf(':') + 1).trim();
    const read = name === PARAMETERS ? readParameterLine(value) : readCredentialLine(value);
    this.credentials.set(name, [...(this.credentials.get(name) ?? []), ...read]);
    return `${name}: ${PLACEHOLDER}`;
  }

  /** Puts in what was read here, and shortens lists and the parameters of each value. */
  parsed(headers: Record<string, unknown>): void {
    for (const [name, values] of this.credentials) {
      if (values.length === 0) delete headers[name];
      else headers[name] = name === PARAMETERS ? values.at(-1) : values;
    }
    for (const [name, value] of Object.entries(headers)) headers[name] = this.short(name, value);
  }

  private short(name: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const parts = Object.entries(value);
    const most = Array.isArray(value) ? MOST_VALUES : MOST_PARAMETERS;
    if (parts.length > most) {
      this.shortened.add(name);
      parts.length = most;
    }
    if (Array.isArray(value)) return parts.map(([, part]) => this.short(name, part));
    return Object.fromEntries(parts.map(([key, part]) => [key, this.short(name, part)]));
  }

  private values(name: string, line: string): string {
    let commas = this.commas.get(name) ?? 0;
    let at = line.indexOf(',');
    while (at !== -1 && commas < MOST_COMMAS) {
      commas++;
      at = line.indexOf(',', at + 1);
    }
    this.commas.set(name, commas);
    if (at === -1) return line;
    this.shortened.add(name);
    return line.slice(0, at);
  }
}
