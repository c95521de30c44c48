import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { eveLine } from '../src/outputs/eve.js';
import { packageRoot } from '../src/package-root.js';
import { loadSignatures } from '../src/rules/load.js';
import { examplePackets } from '../src/selftest/example-messages.js';
import { ipPacket, LINK_TYPES, tcpFrame, udpFrame } from './support/pcap-writer.js';
import { SensorRun, START } from './support/sensor-run.js';
import { loadedOf, signatureOf } from './support/signature-texts.js';
import { answer, request } from './support/sip-texts.js';

const shipped = loadSignatures([join(packageRoot(), 'signatures')]);
const PORTS = new Set([5060]);
const DAY = 24 * 3600;
const ENDS = { from: '198.51.100.7:5060', to: '203.0.113.5:5060' };

/** `count` packet times, one a second from `from`. */
function times(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

const sweepers = loadedOf(
  signatureOf({
    id: 'id: SIP-TEST-SWEEP',
    on: 'on: target.probed',
    match: 'match:\n  one: { outcome: silent }\n  condition: one',
    count: 'count: { distinct: target.ip, at_least: 5, within: 10s }',
  }),
);

const floodable = loadedOf(
  signatureOf({ match: 'match:\n  one: { user_agent: friendly-scanner }\n  condition: one' }),
);

/** Eight addresses, no answer. */
function sweep(run: SensorRun, port = 5060): void {
  for (let i = 1; i <= 8; i++) {
    run.udp(
      request({ host: `203.0.113.${i}` }),
      i / 10,
      '198.51.100.7:5060',
      `203.0.113.${i}:${port}`,
    );
  }
}

describe('the sensor', () => {
  test('tells a sweep, and closes the incident at the end', () => {
    const run = new SensorRun(sweepers, PORTS);
    sweep(run);
    const alerts = run.finish();
    assert.deepEqual(
      alerts.map(({ state, rule }) => [state, rule]),
      [
        ['open', 'SIP-TEST-SWEEP'],
        ['close', 'SIP-TEST-SWEEP'],
      ],
    );
    assert.equal(alerts[1]?.targets.count, 8);
  });

  test('gives the same bytes for the same frames', () => {
    const events = () => {
      const run = new SensorRun(sweepers, PORTS);
      sweep(run);
      return run.finish().map(eveLine).join('');
    };
    assert.ok(events().length > 0);
    assert.equal(events(), events());
  });

  test('looks at the ports it was given, counts SIP on others, and any port where told', () => {
    const run = new SensorRun(shipped, PORTS);
    sweep(run, 5080);
    assert.equal(run.counters.requests, 8); // from port 5060
    const others = new SensorRun(shipped, new Set([9999]));
    sweep(others, 5080);
    assert.deepEqual([others.counters.requests, others.counters.sipOnOtherPorts], [0, 8]);
    const any = new SensorRun(shipped, undefined);
    sweep(any, 5080);
    assert.equal(any.counters.requests, 8);
  });

  test('reads several messages in one TCP segment, and one whose rest comes in the next', () => {
    const run = new SensorRun(shipped, PORTS);
    const [head, rest] = [request().slice(0, 40), request().slice(40)];
    const first = request() + request() + head;
    run.frame(tcpFrame({ ...ENDS, payload: first, seq: 1 }), 0);
    assert.equal(run.counters.requests, 2);
    run.frame(tcpFrame({ ...ENDS, payload: rest, seq: 1 + first.length }), 0.1);
    assert.equal(run.counters.requests, 3);
  });

  test('holds time at the last seen when a packet is older, and counts it', () => {
    const run = new SensorRun(shipped, PORTS);
    run.udp(request(), 10);
    run.udp(request(), 5);
    run.udp(request(), 10.5);
    assert.equal(run.counters.clockStepsBack, 1);
    assert.equal(run.sensor.now, START + 10.5);
  });

  test('says so when no reply was ever seen', () => {
    const silent = new SensorRun(sweepers, PORTS);
    for (let i = 0; i < 5; i++) sweep(silent);
    assert.match(silent.finish().at(-1)?.degraded.join() ?? '', /one direction only/);
    const answered = new SensorRun(sweepers, PORTS);
    const text = answered.udp(request(), 0);
    answered.udp(answer(text, '200 OK'), 0, '203.0.113.5:5060', '198.51.100.7:5060');
    sweep(answered);
    assert.deepEqual(answered.finish().at(-1)?.degraded, []);
  });

  const clocks: [what: string, packets: number[], leaps: number, now: number][] = [
    ['the first packet is dated a day ahead', [DAY, ...times(1, 40)], 1, 40],
    ['a later packet is', [0, DAY, ...times(1, 40)], 1, 40],
    ['two are', [0, DAY, 1, DAY, ...times(1, 40)], 2, 40],
    ['the packets go on where it leaped to', [0, ...times(DAY, 20)], 0, DAY + 19],
    ['a day was silent, and what follows is out of order', [0, DAY, DAY - 1, DAY - 9], 0, DAY],
  ];
  for (const [what, packets, leaps, now] of clocks) {
    test(`does not stand still, nor jump, when ${what}`, () => {
      const run = new SensorRun(shipped, PORTS);
      for (const time of packets) run.udp(request(), time);
      assert.deepEqual([run.counters.clockLeaps, run.sensor.now - START], [leaps, now]);
    });
  }

  test('tells alerts with the keys of EVE', () => {
    const run = new SensorRun(shipped, PORTS);
    const text = run.udp(request({ headers: ['User-Agent: friendly-scanner'] }), 0);
    run.udp(answer(text, '200 OK'), 0.1, '203.0.113.5:5060', '198.51.100.7:5060');
    const lines = run.finish().map(eveLine);
    assert.ok(lines.length > 0);
    for (const line of lines) {
      const event = JSON.parse(line);
      assert.deepEqual(Object.keys(event), [
        'timestamp',
        'event_type',
        'src_ip',
        'src_port',
        'dest_ip',
        'dest_port',
        'proto',
        'app_proto',
        'alert',
        'sip',
        'sipseer',
      ]);
      assert.match(event.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/);
      assert.deepEqual(event.sip, { method: 'OPTIONS', uri: 'sip:100@203.0.113.5' });
      assert.ok(Number.isInteger(event.alert.signature_id) && event.alert.signature_id > 0);
    }
  });

  test('finds nothing in what is not SIP', () => {
    const run = new SensorRun(shipped, PORTS);
    for (const payload of ['\0\0\0\0', '\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'x'.repeat(1000)]) {
      run.udp(payload, 0);
      run.tcp(payload, 0);
    }
    assert.deepEqual(run.finish(), []);
    assert.equal(run.counters.requests + run.counters.responses, 0);
  });
});

/** Payloads of all shipped examples, as frames. */
const frames: Buffer[] = shipped.signatures
  .flatMap(({ examples }) => examples)
  .flatMap((example) => examplePackets(example).slice(0, 3))
  .map(({ from, to, payload }) => udpFrame({ from, to, payload }));

describe('hostile traffic', () => {
  const edits = fc.array(fc.tuple(fc.nat(700), fc.nat(20), fc.uint8Array({ maxLength: 12 })), {
    maxLength: 5,
  });
  const mutated = fc
    .tuple(fc.nat(frames.length - 1), edits)
    .map(([at, list]) =>
      list.reduce<Buffer>(
        (frame, [from, cut, put]) =>
          Buffer.concat([frame.subarray(0, from), put, frame.subarray(from + cut)]),
        frames[at]!,
      ),
    );
  const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const inUdp = fc
    .uint8Array({ maxLength: 300 })
    .map((payload) => udpFrame({ from: '192.0.2.1:5060', to: '192.0.2.2:5060', payload }));
  const inIp = fc
    .tuple(fc.nat(255), fc.uint8Array({ maxLength: 80 }))
    .map(([protocol, body]) => ipPacket(protocol, Buffer.alloc(4, 1), Buffer.alloc(4, 2), body));
  const hostile = fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 1, arbitrary: random },
    { weight: 2, arbitrary: inUdp },
    { weight: 1, arbitrary: inIp },
  );
  const times = fc.oneof(
    fc.double({ min: 0, max: 5, noNaN: true }),
    fc.constantFrom(0, 1e5, -1e6, 4e9),
  );

  test('never makes it throw; every alert stays one clean line', () => {
    const links = fc.constantFrom(...Object.values(LINK_TYPES), 9999);
    const steps = fc.array(fc.tuple(hostile, times, links), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, (list) => {
        const run = new SensorRun(shipped, PORTS);
        for (const [bytes, after, link] of list) {
          const type = bytes[12] === 8 || bytes[12] === 0x86 ? LINK_TYPES.ethernet : link;
          run.sensor.frame(bytes, 0, bytes.length, START + after, bytes.length + (link % 3), type);
        }
        for (const alert of run.finish()) {
          const line = eveLine(alert);
          assert.equal(line.search(/\p{Cc}/u), line.length - 1);
          assert.doesNotMatch(alert.reason, /\p{Cc}/u);
          assert.deepEqual(Object.keys(JSON.parse(line)).slice(0, 3), [
            'timestamp',
            'event_type',
            'src_ip',
          ]);
        }
      }),
      { numRuns: 150 },
    );
  });

  const floods: [
    what: string,
    agent: string,
    addresses: number,
    counter: 'sourcesEvicted' | 'alertsWithheld',
    lost: number,
  ][] = [
    ['sources', 'Yealink', 60_000, 'sourcesEvicted', 60_000 - 32_768],
    ['alerts', 'friendly-scanner', 11_000, 'alertsWithheld', 10_700],
  ];
  for (const [what, agent, addresses, counter, lost] of floods) {
    test(`from forged addresses makes no more ${what} than the limit; the others are counted`, () => {
      const run = new SensorRun(floodable, PORTS);
      const payload = request({ method: 'REGISTER', headers: [`User-Agent: ${agent}`] });
      const frame = udpFrame({ from: '10.0.0.0:5060', to: '203.0.113.5:5060', payload });
      const address = 14 + 12; // behind the Ethernet header, in the IPv4 header
      for (let i = 0; i < addresses; i++) {
        frame.writeUInt32BE(0x0a000000 + i, address);
        run.frame(frame, i / 10_000);
      }
      assert.equal(run.counters.requests, addresses);
      assert.equal(run.counters[counter], lost);
      assert.ok(run.alerts.length <= 300);
    });
  }
});
