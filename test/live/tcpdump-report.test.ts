import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StderrLines } from '../../src/live/stderr-lines.js';
import { TcpdumpDriver } from '../../src/live/tcpdump-driver.js';
import { isTcpdumpChatter, tcpdumpCounts } from '../../src/live/tcpdump-report.js';

const OPTIONS = {
  interface: 'eth0',
  filter: 'port 5060',
  bufferMib: 128,
  snapLength: 16_384,
  promiscuous: true,
  program: 'tcpdump',
};

const answer = (captured: number, received: number, dropped: number) =>
  `tcpdump: ${captured} packets captured, ${received} packets received by filter, ${dropped} packets dropped by kernel`;

test('the answer to SIGUSR1 has all counts, with singular and without its prefix too', () => {
  assert.deepEqual(tcpdumpCounts(answer(5, 7, 2)), { captured: 5, received: 7, dropped: 2 });
  assert.deepEqual(
    tcpdumpCounts('1 packet captured, 1 packet received by filter, 1 packet dropped by kernel'),
    { captured: 1, received: 1, dropped: 1 },
  );
});

test('at its end each count has a line', () => {
  assert.deepEqual(tcpdumpCounts('329546 packets dropped by kernel'), {
    captured: undefined,
    received: undefined,
    dropped: 329_546,
  });
});

test('other lines are no counts', () => {
  for (const line of [
    'tcpdump: listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes',
    'tcpdump: eth0: No such device exists',
    '99999999999999999999 packets captured',
    'packets captured',
  ]) {
    assert.equal(tcpdumpCounts(line), undefined, line);
  }
});

test('what it says in passing is not why it ended', () => {
  assert.ok(isTcpdumpChatter('tcpdump: listening on eth0, link-type EN10MB (Ethernet)'));
  assert.ok(isTcpdumpChatter('tcpdump: data link type LINUX_SLL2'));
  assert.ok(!isTcpdumpChatter("tcpdump: can't parse filter expression: syntax error"));
});

test('its counts of 32 bits go on after their overflow', () => {
  const told: number[][] = [];
  const driver = new TcpdumpDriver(OPTIONS, { statistics: (...counts) => told.push(counts) });
  driver.line(answer(4_294_967_290, 4_294_967_290, 4_294_967_295));
  driver.line(answer(10, 20, 4));
  assert.deepEqual(told, [
    [4_294_967_290, 4_294_967_295],
    [4_294_967_316, 4_294_967_300],
  ]);
  assert.equal(driver.written, 4_294_967_306);
});

test('a filter is never taken for an option, and the last complaint is kept', () => {
  const driver = new TcpdumpDriver({ ...OPTIONS, filter: '-w /tmp/x' }, { statistics() {} });
  assert.deepEqual(driver.args.slice(-4), ['-w', '-', '--', '-w /tmp/x']);
  assert.equal(driver.line('tcpdump: eth0: That device is not up'), false);
  assert.equal(driver.complaint, 'eth0: That device is not up');
});

test('any bytes in any pieces make bounded lines', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 10 }), (pieces) => {
      const lines: string[] = [];
      const reader = new StderrLines((line) => lines.push(line));
      for (const piece of pieces) reader.write(piece);
      reader.end();
      for (const line of lines) {
        assert.ok(line.length <= 2048 && !line.includes('\n'));
        tcpdumpCounts(line);
      }
    }),
  );
});
