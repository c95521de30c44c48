import { linkFrame, tcpFrame, udpFrame } from '../support/pcap-writer.js';
import { fragmented } from '../support/rewrap/fragments.js';
import { ethernet, u16, u32 } from '../support/rewrap/frames.js';
import { inTunnel } from '../support/rewrap/tunnels.js';
import { type Input, pieceOf } from './piece.js';
import { WORST_MESSAGES } from './worst-messages.js';

const FROM = '198.51.100.7:5060';
const TO = '203.0.113.5:5060';
const SYN = 2;
const BYTES_OF_A_FRAME = 65_000;
const TINY = 'BYE sip:a SIP/2.0\r\n\r\n';

/** Sequences that are as bad as one can think of for some part; the last packets cost most. */
export function worstPackets(): [name: string, input: Input][] {
  return [
    ...Object.entries(WORST_MESSAGES).map(([name, text]): [string, Input] => [
      `UDP, ${name}`,
      [datagram(text)],
    ]),
    ...Object.entries(WORST_MESSAGES).map(([name, text]): [string, Input] => [
      `TCP, ${name}`,
      [open(), segment(text, 1)],
    ]),
    ...Object.entries(headers()),
    ...Object.entries(fragments()),
    ...Object.entries(streams()),
  ];
}

function datagram(payload: string): Input[number] {
  return pieceOf(udpFrame({ from: FROM, to: TO, payload: Buffer.from(payload, 'latin1') }));
}

function open(): Input[number] {
  return pieceOf(tcpFrame({ from: FROM, to: TO, flags: SYN, seq: 0 }));
}

function segment(payload: string, seq: number): Input[number] {
  const bytes = Buffer.from(payload, 'latin1').subarray(0, BYTES_OF_A_FRAME);
  return pieceOf(tcpFrame({ from: FROM, to: TO, payload: bytes, seq }));
}

const filled = (piece: Buffer) => Buffer.alloc(BYTES_OF_A_FRAME, piece);

/** Frames that are nothing but headers, one behind the other. */
function headers(): Record<string, Input> {
  const udp6 = udpFrame({ from: '[2001:db8::1]:5060', to: '[2001:db8::2]:5060', payload: '' });
  const v6 = udp6.subarray(14, 54);
  const extensions = (next: number, length: number) => {
    const header = Buffer.from(v6);
    header[6] = next;
    header.writeUInt16BE(BYTES_OF_A_FRAME, 4);
    const extension = Buffer.alloc((length + 1) * 8);
    extension[0] = next;
    extension[1] = length;
    return [pieceOf(linkFrame(Buffer.concat([header, filled(extension)])))];
  };
  const over = (port: number, head: Buffer, piece: Buffer) => [
    pieceOf(
      udpFrame({
        from: FROM,
        to: `10.0.0.1:${port}`,
        payload: Buffer.concat([head, filled(piece)]),
      }),
    ),
  ];
  const nested = (name: string) => {
    let frames: Input = [datagram(TINY)];
    for (let depth = 0; depth < 60; depth++) frames = inTunnel(name, 4)(frames);
    return frames;
  };
  return {
    'VLAN tags': [pieceOf(ethernet(0x8100, filled(u16(1, 0x8100))))],
    'MPLS labels': [pieceOf(ethernet(0x8847, filled(u32(0x00001040))))],
    'hop-by-hop headers': extensions(0, 0),
    'destination options': extensions(60, 0),
    'long routing headers': extensions(43, 255),
    'authentication headers': extensions(51, 4),
    'GTP-U extension headers': over(
      2152,
      Buffer.from('36ff80000000000100000085', 'hex'),
      Buffer.from('01000085', 'hex'),
    ),
    'TZSP tags': over(37_008, Buffer.from('01000001', 'hex'), Buffer.from([0])),
    'TZSP empty tags': over(37_008, Buffer.from('01000001', 'hex'), Buffer.from([10, 0])),
    'NFLOG attributes': [
      pieceOf(
        Buffer.concat([Buffer.from([2, 0, 0, 0]), filled(Buffer.from([4, 0, 1, 0]))]),
        0,
        239,
      ),
    ],
    'IP in IP': nested('IP in IP'),
    'GRE in GRE': nested('GRE'),
    'VXLAN in VXLAN': nested('VXLAN'),
    'Geneve in Geneve': nested('Geneve with options and IP'),
    'GTP-U in GTP-U': nested('GTP-U with sequence and extension'),
    'ERSPAN in ERSPAN': nested('ERSPAN III with platform subheader'),
  };
}

/** A datagram of 64 KB in 8,192 fragments; the one that makes it whole is the dear one. */
function fragments(): Record<string, Input> {
  const big = datagram(`${WORST_MESSAGES['Contact of SIP URIs']}`);
  const cut = (size: number, order: 'forwards' | 'backwards' | 'shuffled' | 'each twice') =>
    fragmented({ size, most: 8192, order })([big]);
  const few = cut(1480, 'forwards');
  const tiny = cut(8, 'forwards');
  return {
    'tiny fragments': tiny,
    'tiny fragments, backwards': cut(8, 'backwards'),
    'tiny fragments, shuffled': cut(8, 'shuffled'),
    'tiny fragments, each twice': cut(8, 'each twice'),
    'fragments of many datagrams': Array.from({ length: 6000 }, (_, i) => {
      const bytes = Buffer.from(few[0]!.bytes);
      bytes.writeUInt16BE(i, 18);
      return { ...few[0]!, bytes };
    }),
    'fragments that all overlap': tiny.slice(0, 4000).map((piece, i) => {
      const bytes = Buffer.concat([piece.bytes, Buffer.alloc(1400, i & 255)]);
      bytes.writeUInt16BE(28 + 1400, 16);
      return pieceOf(bytes);
    }),
  };
}

function streams(): Record<string, Input> {
  const text = `${WORST_MESSAGES['Contact of SIP URIs']}`;
  const single = Array.from(text.slice(0, 4000), (byte, i) => segment(byte, 1 + i));
  const calls = Array.from({ length: 3000 }, (_, i) => `BYE sip:a SIP/2.0\r\ni:${i}\r\n\r\n`).join(
    '',
  );
  const accused = WORST_MESSAGES['evidence of Contact']!;
  return {
    'tiny messages in a segment': [open(), segment(TINY.repeat(3000), 1)],
    'tiny calls in a segment': [open(), segment(calls, 1)],
    'accused messages in a segment': [open(), segment(accused.repeat(16), 1)],
    'keep-alives in a segment': [open(), segment('\r\n'.repeat(32_000), 1)],
    'junk lines in a segment': [open(), segment('a\r\n'.repeat(21_000), 1)],
    'start lines in a segment': [open(), segment('BYE sip:a SIP/2.0\r\n'.repeat(3300), 1)],
    'segments of one byte': [open(), ...single],
    'segments of one byte, backwards': [open(), ...single.slice(0, 3000).reverse()],
    'a hole that is filled last': [
      open(),
      ...Array.from({ length: 63 }, (_, i) =>
        segment(text.slice(1000 * (i + 1), 1000 * (i + 2)), 1001 + 1000 * i),
      ),
      segment(text.slice(0, 1000), 1),
    ],
    'tiny messages behind a hole': [
      open(),
      ...Array.from({ length: 63 }, (_, i) => segment(TINY.repeat(48), 2 + TINY.length * 48 * i)),
      segment('\n', 1),
    ],
    'a WebSocket of tiny frames': [
      open(),
      segment(
        'GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Key: a\r\n\r\n',
        1,
      ),
      segment('\x89\x00'.repeat(32_000), 91),
    ],
    'a TLS record': [open(), segment(`\x16\x03\x01\xff\xff\x01\x00${'\0'.repeat(64_000)}`, 1)],
  };
}
