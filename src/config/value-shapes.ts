import { z } from 'zod';
import { durationText, parseDuration } from '../documents/duration.js';
import { addressRangeFault } from './address-ranges.js';
import { interfaceNameFault } from './interface-name.js';
import { addressesClash, parseListenAddress } from './listen-address.js';
import { portRange, portsOf, rangesOf } from './port-ranges.js';
import { TUNNEL_NAMES } from './tunnel-names.js';

/** Shapes of single values. Each reads what is written in the file, and can write it again. */

/** Seconds, written as `60s`, from `min` to `max`. */
export function duration(min: number, max: number) {
  const message = `give a number and a unit, such as 250ms, 60s, 10m, 6h or 2d, from ${durationText(min)} to ${durationText(max)}`;
  const text = z
    .string({ error: message })
    .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/, { message, abort: true })
    .refine((value) => inRange(parseDuration(value)!, min, max), { message });
  return z.codec(text, z.number(), {
    decode: (value) => parseDuration(value)!,
    encode: exactDuration,
  });
}

function inRange(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

function exactDuration(seconds: number): string {
  return Number.isInteger(seconds) ? durationText(seconds) : `${seconds * 1000}ms`;
}

/** A path as it is written; what is relative is so to the folder of the configuration file. */
export const path = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), { message: 'a path has no NUL in it' });

const PORTS = 'give a list of ports and ranges, such as [5060, "5070-5080"], or any';
const PORT = 'give a port from 1 to 65535, or a range such as "5070-5080"';

const portRangeText = z.union(
  [
    z.int().min(1).max(65_535),
    z
      .string()
      .regex(/^\d{1,5}(?:-\d{1,5})?$/, { message: PORT, abort: true })
      .refine((text) => portRange(text) !== undefined, { message: PORT }),
  ],
  { error: PORT },
);

/** A set of ports; undefined: any. */
export const ports = z.codec(
  z.union([z.literal('any'), z.array(portRangeText).min(1)], { error: PORTS }),
  z.custom<ReadonlySet<number> | undefined>(),
  {
    decode: (list) => (list === 'any' ? undefined : portsOf(list)),
    encode: (set) => (set === undefined ? ('any' as const) : rangesOf(set)),
  },
);

/** A set of ports that may be empty. */
export const somePorts = z.codec(
  z.array(portRangeText, { error: 'give a list of ports and ranges, such as ["10000-20000"]' }),
  z.custom<ReadonlySet<number>>(),
  { decode: portsOf, encode: rangesOf },
);

const TUNNELS = `give all, none, or a list of these: ${TUNNEL_NAMES.join(', ')}`;

/** A list of tunnels, each once. */
export const tunnels = z.codec(
  z.union([z.enum(['all', 'none']), z.array(z.enum(TUNNEL_NAMES)).min(1)], {
    error: TUNNELS,
  }),
  z.array(z.enum(TUNNEL_NAMES)),
  {
    decode: (list) => {
      if (list === 'all') return [...TUNNEL_NAMES];
      return list === 'none' ? [] : TUNNEL_NAMES.filter((name) => list.includes(name));
    },
    encode: (list) => {
      if (list.length === TUNNEL_NAMES.length) return 'all' as const;
      return list.length === 0 ? ('none' as const) : list;
    },
  },
);

const addressRange = z.string().check((context) => {
  const message = addressRangeFault(context.value);
  if (message !== undefined) {
    context.issues.push({ code: 'custom', message, input: context.value, continue: true });
  }
});

export const addressRanges = z.array(addressRange).max(64);

const interfaceName = z.string().check((context) => {
  const message = interfaceNameFault(context.value);
  if (message !== undefined) {
    context.issues.push({ code: 'custom', message, input: context.value, continue: true });
  }
});

export const interfaces = z
  .array(interfaceName)
  .max(8)
  .check((context) => {
    const names = context.value;
    names.forEach((name, i) => {
      if (names.indexOf(name) < i) {
        const message = 'is there twice; remove one';
        context.issues.push({ code: 'custom', message, input: name, path: [i], continue: true });
      }
    });
    if (names.length > 1 && names.includes('any')) {
      const message = 'any reads all interfaces: name it alone';
      context.issues.push({ code: 'custom', message, input: 'any', path: [names.indexOf('any')] });
    }
  });

const LISTEN =
  'give ADDRESS:PORT, such as 127.0.0.1:15060 or [::1]:15060; :15060 listens on all addresses';

const listenAddress = z
  .string({ error: LISTEN })
  .refine((text) => parseListenAddress(text) !== undefined, { message: LISTEN });

export const listenAddresses = z
  .array(listenAddress)
  .max(8)
  .check((context) => {
    const addresses = context.value.map(parseListenAddress);
    addresses.forEach((address, i) => {
      const taken = addresses.findIndex(
        (other) => address && other && addressesClash(other, address),
      );
      if (taken === -1 || taken >= i) return;
      const message = `takes the same port as entry ${taken + 1} of the list; remove one`;
      context.issues.push({ code: 'custom', message, input: address, path: [i] });
    });
  });

const RESERVED = /^\/(?:$|-(?:\/|$)|api(?:\/|$))/;

export const telemetryPath = z
  .string()
  .regex(/^(?:\/[\w.~-]+)+$/, {
    message: 'give a path such as /metrics: it begins with / and does not end with it',
    abort: true,
  })
  .refine((text) => !RESERVED.test(text), { message: 'paths below /-/ and /api/ are taken' })
  .refine((text) => !/\/\.{1,2}(?:\/|$)/.test(text), { message: 'a path has no . or .. in it' });

/** libpcap's language; it becomes a word on a command line, so it must not look like an option. */
export const captureFilter = z
  .string()
  .trim()
  .min(1)
  .max(8192)
  .refine((text) => !/^-|\p{Cc}/u.test(text), {
    message: 'a filter is one line and does not begin with -',
  });

export const signatureId = z.string().regex(/^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$/, {
  message: 'give an id such as SIP-TOOL-001 (sipseer signatures list)',
});
