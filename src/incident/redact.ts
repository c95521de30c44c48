import type { StructuredMessage } from '../sip/structured.js';
import { printable } from './printable.js';

/** Parts of credentials that help nobody but a thief. */
const SECRET_PARAMETERS = new Set(['response', 'cnonce', 'nextnonce', 'rspauth']);
/** What SIPVicious puts between the data and the random part of a tag. */
const ONE = String.fromCharCode(1);
const DEPTH_LIMIT = 8;
const VALUE_LIMIT = 512;

/**
 * A parsed message made fit for an alert: digest responses are taken out, and so are tags in
 * which a cracking tool carries the password it tries (hex of `user:password`, the byte 1 and a
 * number); all text is capped and printable.
 */
export function redactMessage(message: StructuredMessage): unknown {
  return redact(message, '', 0);
}

function redact(value: unknown, key: string, depth: number): unknown {
  if (depth > DEPTH_LIMIT) return '[too deep]';
  if (typeof value === 'string') return redactText(value, key);
  if (Array.isArray(value)) return value.map((item) => redact(item, key, depth + 1));
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([name, part]) => [
      printable(name, 64),
      redact(part, name, depth + 1),
    ]);
    return Object.fromEntries(entries);
  }
  return value;
}

function redactText(text: string, key: string): string {
  if (SECRET_PARAMETERS.has(key.toLowerCase())) return '[redacted]';
  const clean = text
    .replace(/\b(response|cnonce)=("[^"]*"|[^\s,;]*)/gi, '$1="[redacted]"')
    .replace(/[0-9a-fA-F]{12,}/g, (hex) =>
      holdsPassword(hex) ? '[redacted: holds a password guess]' : hex,
    );
  return printable(clean, VALUE_LIMIT);
}

/** `user:password`, the byte 1, and a decimal number, all in hex (facts: sipvicious, createTag). */
function holdsPassword(hex: string): boolean {
  if (hex.length % 2 !== 0) return false;
  const [data = '', random = '', ...rest] = Buffer.from(hex, 'hex').toString('latin1').split(ONE);
  return rest.length === 0 && data.indexOf(':') > 0 && /^\d{1,10}$/.test(random);
}
