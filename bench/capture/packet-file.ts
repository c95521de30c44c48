import { writeSync } from 'node:fs';
import { parseAddress } from '../../src/wire/address.js';

/** Address and port of one party. */
export class Socket {
  readonly bytes: Buffer;
  /** As it stands in a SIP message: IPv6 in brackets. */
  readonly host: string;

  readonly address: string;
  readonly port: number;

  constructor(address: string, port: number) {
    this.address = address;
    this.port = port;
    const key = parseAddress(address);
    if (key === undefined) throw new Error(`not an address: ${address}`);
    this.bytes = Buffer.alloc(typeof key === 'number' ? 4 : 16);
    if (typeof key === 'number') this.bytes.writeUInt32BE(key);
    else this.bytes.write(key, 'latin1');
    this.host = this.isV6 ? `[${address}]` : address;
  }

  get isV6(): boolean {
    return this.bytes.length === 16;
  }
}

/** What stands around a payload. */
export interface Envelope {
  readonly from: Socket;
  readonly to: Socket;
  /** 0: no VLAN tag. */
  readonly vlan: number;
}

export const TcpFlag = { Syn: 0x02, Push: 0x08, Ack: 0x10 } as const;

const UDP = 17;
const TCP = 6;
const FRAGMENT = 44;
const MTU = 1500;
/** Room for one frame above what is written out. */
const SLACK = 70_000;
const PIECE = 1 << 20;

/**
 * Writes frames into a pcap file (microseconds, Ethernet): UDP with fragments where a datagram
 * needs them, and TCP segments, over IPv4 or IPv6, with right checksums.
 */
export class PacketFile {
  frames = 0;
  bytes = 0;
  private readonly buf = Buffer.alloc(PIECE + SLACK);
  private readonly body = Buffer.alloc(SLACK);
  private at = 0;
  private identification = 1;
  private last = 0;

  private readonly descriptor: number;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262144, 16);
    header.writeUInt32LE(1, 20);
    header.copy(this.buf);
    this.at = header.length;
  }

  datagram(time: number, envelope: Envelope, payload: string): void {
    const { body } = this;
    const length = 8 + body.write(payload, 8);
    body.writeUInt16BE(envelope.from.port, 0);
    body.writeUInt16BE(envelope.to.port, 2);
    body.writeUInt16BE(length, 4);
    body.writeUInt16BE(0, 6);
    body.writeUInt16BE(this.checksum(UDP, envelope, length) || 0xffff, 6);
    const most = envelope.from.isV6 ? MTU - 48 : MTU - 20;
    this.identification = (this.identification + 1) & 0xffff;
    if (length <= most) {
      this.packet(time, envelope, UDP, 0, length, -1);
      return;
    }
    const step = most & ~7;
    for (let from = 0; from < length; from += step) {
      const to = Math.min(length, from + step);
      this.packet(time, envelope, UDP, from, to, (from >> 3) | (to < length ? 0x2000 : 0));
    }
  }

  segment(
    time: number,
    envelope: Envelope,
    { seq, ack, flags }: { seq: number; ack: number; flags: number },
    payload: Buffer,
  ): void {
    const { body } = this;
    body.fill(0, 0, 20);
    body.writeUInt16BE(envelope.from.port, 0);
    body.writeUInt16BE(envelope.to.port, 2);
    body.writeUInt32BE(seq >>> 0, 4);
    body.writeUInt32BE(ack >>> 0, 8);
    body[12] = 5 << 4;
    body[13] = flags;
    body.writeUInt16BE(64240, 14);
    payload.copy(body, 20);
    const length = 20 + payload.length;
    body.writeUInt16BE(this.checksum(TCP, envelope, length), 16);
    this.identification = (this.identification + 1) & 0xffff;
    this.packet(time, envelope, TCP, 0, length, -1);
  }

  /** A frame over Ethernet as it is. */
  frame(time: number, bytes: Buffer): void {
    const record = this.at;
    this.at += 16;
    this.at += bytes.copy(this.buf, this.at);
    this.endRecord(record, time);
  }

  end(): void {
    this.flush();
  }

  /** One frame with a part of `body`; `fragment` is -1, or RFC 791's offset with its MF bit. */
  private packet(
    time: number,
    envelope: Envelope,
    protocol: number,
    from: number,
    to: number,
    fragment: number,
  ): void {
    const record = this.at;
    this.at += 16;
    this.ethernet(envelope);
    if (envelope.from.isV6) this.ipv6(envelope, protocol, to - from, fragment);
    else this.ipv4(envelope, protocol, to - from, fragment);
    this.at += this.body.copy(this.buf, this.at, from, to);
    this.endRecord(record, time);
  }

  /** The frame of the record that begins there is written. */
  private endRecord(record: number, time: number): void {
    // The clock of a capture does not go back.
    this.last = Math.max(this.last, time);
    const seconds = Math.floor(this.last);
    const length = this.at - record - 16;
    this.buf.writeUInt32LE(seconds, record);
    this.buf.writeUInt32LE(Math.floor((this.last - seconds) * 1e6), record + 4);
    this.buf.writeUInt32LE(length, record + 8);
    this.buf.writeUInt32LE(length, record + 12);
    this.frames++;
    if (this.at >= PIECE) this.flush();
  }

  private ethernet({ from, vlan }: Envelope): void {
    const { buf } = this;
    this.at += buf.write('020000000002020000000001', this.at, 'hex');
    if (vlan > 0) {
      buf.writeUInt32BE(0x81000000 + vlan, this.at);
      this.at += 4;
    }
    this.at = buf.writeUInt16BE(from.isV6 ? 0x86dd : 0x0800, this.at);
  }

  private ipv4({ from, to }: Envelope, protocol: number, length: number, fragment: number): void {
    const { buf, at } = this;
    buf.fill(0, at, at + 12);
    buf[at] = 0x45;
    buf.writeUInt16BE(20 + length, at + 2);
    buf.writeUInt16BE(this.identification, at + 4);
    if (fragment >= 0) buf.writeUInt16BE(fragment, at + 6);
    buf[at + 8] = 64;
    buf[at + 9] = protocol;
    from.bytes.copy(buf, at + 12);
    to.bytes.copy(buf, at + 16);
    buf.writeUInt16BE(fold(sumOf(buf, at, at + 20)), at + 10);
    this.at += 20;
  }

  private ipv6({ from, to }: Envelope, protocol: number, length: number, fragment: number): void {
    const { buf, at } = this;
    const extension = fragment >= 0 ? 8 : 0;
    buf.writeUInt32BE(0x60000000, at);
    buf.writeUInt16BE(length + extension, at + 4);
    buf[at + 6] = fragment >= 0 ? FRAGMENT : protocol;
    buf[at + 7] = 64;
    from.bytes.copy(buf, at + 8);
    to.bytes.copy(buf, at + 24);
    this.at += 40;
    if (fragment < 0) return;
    buf.writeUInt16BE(protocol << 8, at + 40);
    // RFC 8200 §4.5: the offset stands three bits further left than in IPv4, the M bit last.
    buf.writeUInt16BE(((fragment & 0x1fff) << 3) | (fragment >> 13), at + 42);
    buf.writeUInt32BE(this.identification, at + 44);
    this.at += 8;
  }

  /** RFC 768 and RFC 9293 §3.1: over a pseudo header, and `body` up to `length`. */
  private checksum(protocol: number, { from, to }: Envelope, length: number): number {
    const ends = sumOf(from.bytes, 0, from.bytes.length) + sumOf(to.bytes, 0, to.bytes.length);
    return fold(ends + protocol + length + sumOf(this.body, 0, length));
  }

  private flush(): void {
    let written = 0;
    while (written < this.at) {
      written += writeSync(this.descriptor, this.buf, written, this.at - written);
    }
    this.bytes += this.at;
    this.at = 0;
  }
}

/** Of 16-bit words, RFC 1071. */
function sumOf(buf: Buffer, from: number, to: number): number {
  let sum = 0;
  let at = from;
  for (; at + 1 < to; at += 2) sum += (buf[at]! << 8) | buf[at + 1]!;
  return at < to ? sum + (buf[at]! << 8) : sum;
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 65536);
  return ~folded & 0xffff;
}
