import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Observation } from '../../src/detect/observation.js';
import { CallRun, only, PHONE, STRANGER } from '../support/call-run.js';
import { ObserverRun } from '../support/observer-run.js';

const MEDIA = `${PHONE}:30000`;
const CALLER_MEDIA = `${STRANGER}:20000`;

interface RtpShape {
  type?: number;
  size?: number;
  ssrc?: number;
  timestamp?: number;
}

/** RFC 3550 §5.1. */
function rtp({ type = 0, size = 172, ssrc = 7, timestamp = 160 }: RtpShape = {}): Buffer {
  const bytes = Buffer.alloc(size, 0x55);
  bytes.writeUInt32BE((0x8000_0000 | (type << 16)) >>> 0, 0);
  bytes.writeUInt32BE(timestamp, 4);
  bytes.writeUInt32BE(ssrc, 8);
  return bytes;
}

const BLEED = rtp({ size: 12, ssrc: 0, timestamp: 0 });

function stream(
  run: ObserverRun,
  from: string,
  to: string,
  at: number,
  shape: RtpShape = {},
): void {
  for (let i = 0; i < 20; i++) run.datagram(rtp(shape), at + i / 50, from, to);
}

/** An answered call whose two sides say where they want their media. */
function answered(run: ObserverRun, callerAt = '198.51.100.7', ip = 'IP4'): CallRun {
  const call = new CallRun(run, { sdp: sdp(callerAt, 20_000, ip) });
  call.begin(10).says('180 Ringing', 11).says('200 OK', 12, sdp('192.0.2.20', 30_000));
  return call;
}

function sdp(address: string, port: number, ip = 'IP4'): string {
  return [`v=0`, `s=-`, `c=IN ${ip} ${address}`, `m=audio ${port} RTP/AVP 0`, ''].join('\r\n');
}

interface Case {
  name: string;
  play: (run: ObserverRun) => void;
  media: [media: string, after: number | undefined, silence: number | undefined];
  caller?: [address: string, ip: string];
}

const CASES: Case[] = [
  { name: 'no RTP on the mirror', play: () => {}, media: ['unknown', undefined, undefined] },
  {
    name: 'only the callee speaks',
    play: (run) => stream(run, MEDIA, CALLER_MEDIA, 12.5),
    media: ['none', undefined, undefined],
  },
  {
    name: 'the caller speaks a second after the answer',
    play: (run) => stream(run, CALLER_MEDIA, MEDIA, 13),
    media: ['seen', 1, 0],
  },
  {
    name: 'the caller is behind NAT: his media comes from elsewhere',
    play: (run) => stream(run, '198.51.100.99:61000', MEDIA, 14),
    media: ['seen', 2, 0],
    caller: ['10.0.0.20', 'IP4'],
  },
  {
    name: 'the caller names an IPv6 address',
    play: (run) => stream(run, '[2001:db8::7]:20000', '[2001:db8::99]:4000', 14),
    media: ['seen', 2, 0],
    caller: ['2001:db8::7', 'IP6'],
  },
  {
    name: 'comfort noise only',
    play: (run) => stream(run, CALLER_MEDIA, MEDIA, 13, { type: 13, size: 13 }),
    media: ['seen', 1, 1],
  },
  {
    name: 'frames too small for speech',
    play: (run) => stream(run, CALLER_MEDIA, MEDIA, 13, { type: 111, size: 15 }),
    media: ['seen', 1, 1],
  },
  {
    name: 'RTCP on the same port is no sound',
    play: (run) => stream(run, CALLER_MEDIA, MEDIA, 13, { type: 72 }),
    media: ['unknown', undefined, undefined],
  },
];

describe('media of the caller', () => {
  for (const { name, play, media, caller } of CASES) {
    test(name, () => {
      const run = new ObserverRun();
      const call = answered(run, ...(caller ?? []));
      play(run);
      call.bye('callee', 20);
      const { call: facts } = only(run.of('call.ended'));
      assert.deepEqual([facts?.media, facts?.mediaAfter, facts?.silence], media);
    });
  }

  test('that was there before the answer is not late', () => {
    const run = new ObserverRun();
    const call = new CallRun(run, { sdp: sdp('198.51.100.7', 20_000) }).begin(10);
    call.says('183 Session Progress', 11, sdp('192.0.2.20', 30_000));
    stream(run, CALLER_MEDIA, MEDIA, 11.5);
    call.says('200 OK', 12).bye('callee', 20);
    const { call: facts } = only(run.of('call.ended'));
    assert.deepEqual([facts?.media, facts?.mediaAfter, facts?.silence], ['seen', 0, undefined]);
  });

  test('of a call of which only requests are seen is unknown: it may come the other way', () => {
    const run = new ObserverRun();
    answered(run).bye('callee', 14);
    const other = new CallRun(run, { to: '192.0.2.44', sdp: sdp('198.51.100.7', 22_000) });
    other.begin(20);
    run.datagram(rtp(), 21, '192.0.2.44:5000', '198.51.100.7:22000');
    other.ack(22).bye('caller', 30);
    assert.equal(run.of('call.ended').at(-1)?.call?.media, 'unknown');
  });

  test('after a call its ports are free for another', () => {
    const run = new ObserverRun();
    const first = answered(run);
    stream(run, CALLER_MEDIA, MEDIA, 13);
    first.bye('callee', 20);
    const second = new CallRun(run, { from: '198.51.100.8', sdp: sdp('198.51.100.8', 20_000) });
    second.begin(30).says('200 OK', 31, sdp('192.0.2.20', 30_000));
    stream(run, MEDIA, '198.51.100.8:20000', 32);
    second.bye('callee', 40);
    assert.deepEqual(
      run.of('call.ended').map(({ call }) => call?.media),
      ['seen', 'none'],
    );
  });
});

describe('a host that asks media ports for media', () => {
  const isAt = ({ sourcePort, targetPort, method }: Observation) => [
    sourcePort,
    targetPort,
    method,
  ];

  for (const [name, bytes, told] of [
    ['a bare header of 12 bytes without timestamp and SSRC', BLEED, true],
    ['the four bytes 80 00 00 00', Buffer.from('80000000', 'hex'), true],
    ['a bare header with an SSRC: a keep-alive', rtp({ size: 12 }), false],
    ['RTP', rtp(), false],
    ['a receiver report', Buffer.from('80c900015db8e1ab', 'hex'), false],
  ] as const) {
    test(`${name}: ${told ? 'told' : 'not told'}`, () => {
      const run = new ObserverRun();
      run.datagram(bytes, 1, '198.51.100.9:41000', '203.0.113.5:12000');
      assert.deepEqual(run.of('media.probed').map(isAt), told ? [[41000, 12000, 'RTP']] : []);
    });
  }

  test('is told once when RTP comes back to it', () => {
    const run = new ObserverRun();
    run.datagram(BLEED, 1, '198.51.100.9:41000', '203.0.113.5:12000');
    stream(run, '203.0.113.5:12000', '198.51.100.9:41000', 2);
    const leak = only(run.of('media.leaked'));
    assert.equal(leak.source, run.of('media.probed')[0]?.source);
    assert.deepEqual(isAt(leak), [41000, 12000, 'RTP']);
  });

  for (const [name, play] of [
    ['RTP to a host that asked nobody', (_: ObserverRun) => {}],
    [
      'RTP to a host in whose name another port was asked',
      (run: ObserverRun) => run.datagram(BLEED, 13, '198.51.100.7:61002', MEDIA),
    ],
    [
      'RTP from a port that was not asked',
      (run: ObserverRun) => run.datagram(BLEED, 13, '198.51.100.7:61000', '203.0.113.5:9'),
    ],
    [
      'RTP to who asked long before',
      (run: ObserverRun) => run.datagram(BLEED, 1, '198.51.100.7:61000', MEDIA),
    ],
    [
      'RTP to who signals for the call, from behind NAT',
      (run: ObserverRun) => {
        answered(run, '10.0.0.20');
        run.datagram(BLEED, 13, '198.51.100.7:61000', MEDIA);
      },
    ],
  ] as const) {
    test(`${name} is no leak`, () => {
      const run = new ObserverRun();
      play(run);
      stream(run, MEDIA, '198.51.100.7:61000', name.includes('long') ? 100 : 14);
      assert.equal(run.of('media.leaked').length, 0);
    });
  }
});
