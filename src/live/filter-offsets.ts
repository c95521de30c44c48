import {
  allOf,
  anyOf,
  EtherType,
  EXTENSIONS,
  IpProtocol,
  isOneOf,
  UNREACHABLE,
  type Wanted,
} from './filter-terms.js';
import { marksOf } from './tunnels.js';

/**
 * A filter for Ethernet in offsets of the frame. libpcap's own words `vlan`, `mpls` and `pppoes`
 * move all offsets to the end of the filter, so they cannot stand side by side, and on a live
 * interface `vlan` makes it several times as long. All loads here have a constant offset: cheaper, and
 * short enough for the kernels that limit the memory of a filter.
 */

/** Where the EtherType stands in a frame without tags. */
const TYPE_AT = 12;
const TAG_LENGTH = 4;
/** Tags that are looked behind. The kernel takes the outermost off a live frame before. */
const MOST_TAGS = 2;
/** Labels that are looked behind. */
const MOST_LABELS = 2;
/** RFC 2516 §4: the PPP protocol, from the EtherType on; IANA's numbers for it. */
const PPP_AT = 8;
const Ppp = { ipv4: 0x0021, ipv6: 0x0057 } as const;

/** IEEE 802.3 §3.2.6, RFC 1042: below it is a length, and the type stands behind a SNAP header. */
const SMALLEST_TYPE = 0x0600;
const SNAP_LENGTH = 8;

export function ethernetTerms(wanted: Wanted): string[] {
  return [...frameTerms(wanted, TYPE_AT, 0), ...snapTerms()];
}

/** What may stand behind the EtherType at offset `at`, the most frequent first. */
function frameTerms(wanted: Wanted, at: number, tags: number): string[] {
  const type = field(at, 2);
  const { tunnels } = wanted;
  // What stands deeper is let through whole.
  const behindTag = tags < MOST_TAGS ? [either(frameTerms(wanted, at + TAG_LENGTH, tags + 1))] : [];
  const behindPpp = tags < MOST_TAGS ? [either(pppTerms(wanted, at + PPP_AT))] : [];
  const behindLabel = tags === 0 ? [either(labelTerms(wanted, at + 2, 1))] : [];
  return [
    allOf(`${type} == ${EtherType.ipv4}`, either(ipv4Terms(wanted, at + 2))),
    allOf(`${type} == ${EtherType.ipv6}`, either(ipv6Terms(wanted, at + 2))),
    allOf(either(isOneOf(type, EtherType.tags)), ...behindTag),
    ...(tunnels.has('pppoe') ? [allOf(`${type} == ${EtherType.pppoe}`, ...behindPpp)] : []),
    ...(tunnels.has('mpls') ? [allOf(either(isOneOf(type, EtherType.mpls)), ...behindLabel)] : []),
    ...isOneOf(type, EtherType.fabric),
  ];
}

/** Few use it: all of it that says IP is let through. */
function snapTerms(): string[] {
  const type = field(TYPE_AT + 2 + SNAP_LENGTH - 2, 2);
  const isSnap = `${field(TYPE_AT, 2)} < ${SMALLEST_TYPE}`;
  return [allOf(isSnap, either(isOneOf(type, [EtherType.ipv4, EtherType.ipv6])))];
}

/** RFC 1661 §2: what may stand behind the PPP protocol at `at`. What is no IP goes through. */
function pppTerms(wanted: Wanted, at: number): string[] {
  const protocol = field(at, 2);
  return [
    allOf(`${protocol} == ${Ppp.ipv4}`, either(ipv4Terms(wanted, at + 2))),
    allOf(`${protocol} == ${Ppp.ipv6}`, either(ipv6Terms(wanted, at + 2))),
    allOf(`${protocol} != ${Ppp.ipv4}`, `${protocol} != ${Ppp.ipv6}`),
  ];
}

/** RFC 3032 §2.1: the label at `at` is the last of its stack, or not. What is no IP goes through. */
function labelTerms(wanted: Wanted, at: number, label: number): string[] {
  const last = `${field(at + 2)} & 1`;
  const version = `${field(at + 4)} & 0xf0`;
  const deeper = label < MOST_LABELS ? [either(labelTerms(wanted, at + 4, label + 1))] : [];
  return [
    allOf(
      `${last} != 0`,
      either([
        allOf(`${version} == 0x40`, either(ipv4Terms(wanted, at + 4))),
        allOf(`${version} == 0x60`, either(ipv6Terms(wanted, at + 4))),
        allOf(`${version} != 0x40`, `${version} != 0x60`),
      ]),
    ),
    allOf(`${last} == 0`, ...deeper),
  ];
}

/** RFC 791 §3.1. A header with options, or that is none, is left to the decoder. */
function ipv4Terms(wanted: Wanted, at: number): string[] {
  const protocol = field(at + 9);
  return [
    // First, since a last fragment may be too short for what is looked at behind it.
    `${field(at + 6, 2)} & 0x1fff != 0`,
    `${field(at)} != 0x45`,
    ...isOneOf(protocol, [...marksOf(wanted.tunnels).protocols, IpProtocol.Authentication]),
    allOf(`${protocol} == ${IpProtocol.Icmp}`, `${field(at + 20)} == ${UNREACHABLE.icmp}`),
    portTerms(wanted, protocol, at + 20),
  ];
}

/** RFC 8200 §3. */
function ipv6Terms(wanted: Wanted, at: number): string[] {
  const next = field(at + 6);
  return [
    ...isOneOf(next, [...marksOf(wanted.tunnels).protocols, ...EXTENSIONS]),
    allOf(`${next} == ${IpProtocol.Icmp6}`, `${field(at + 40)} == ${UNREACHABLE.icmp6}`),
    portTerms(wanted, next, at + 40),
  ];
}

/**
 * The ports at offset `at`. The order spares loads: libpcap's optimizer loads a field once only as
 * long as no other is looked at between.
 */
function portTerms({ ports, tunnels }: Wanted, protocol: string, at: number): string {
  const { Tcp, Udp } = IpProtocol;
  const overIp = either(isOneOf(protocol, [Udp, Tcp]));
  if (ports === undefined) return overIp;
  const marks = marksOf(tunnels);
  const [source, destination] = [field(at, 2), field(at + 2, 2)];
  const onEitherSide = [...ports, ...marks.eitherPorts];
  const isPort = [...isOneOf(source, onEitherSide), ...isOneOf(destination, onEitherSide)];
  if (marks.ports.length > 0) {
    isPort.push(allOf(either(isOneOf(destination, marks.ports)), `${protocol} == ${Udp}`));
  }
  return isPort.length === 0 ? anyOf([]) : allOf(overIp, either(isPort));
}

function either(terms: readonly string[]): string {
  return terms.length === 1 ? terms[0]! : `(${anyOf(terms)})`;
}

function field(at: number, length = 1): string {
  return length === 1 ? `ether[${at}]` : `ether[${at}:${length}]`;
}
