import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAddresses } from '../../src/cli/address-list.js';
import { parseAddress } from '../../src/wire/address.js';
import { type FileFrame, ipPacket, linkFrame, makePcap, udpFrame } from '../support/pcap-writer.js';
import { run } from '../support/run-program.js';
import { START } from '../support/sensor-run.js';
import { answer, request } from '../support/sip-texts.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MONITOR = '198.51.100.7:5060';
const IPIP = 4;

/** Sixty servers answer a monitor, shown by a mirror that sends all it sees from one end to the other. */
function mirroredOverTheInternet(): Buffer {
  const frames: FileFrame[] = [];
  const ends = [Buffer.from([192, 0, 2, 1]), Buffer.from([192, 0, 2, 2])] as const;
  const show = (time: number, from: string, to: string, payload: string) => {
    const inner = udpFrame({ from, to, payload, link: 'raw' });
    frames.push({ time: START + time, bytes: linkFrame(ipPacket(IPIP, ...ends, inner)) });
  };
  for (let i = 1; i <= 60; i++) {
    const server = `203.0.113.${i}:5060`;
    const text = request({ host: `203.0.113.${i}`, callId: `ask${i}` });
    show(i / 10, MONITOR, server, text);
    show(i / 10 + 0.01, server, MONITOR, answer(text, '200 OK'));
  }
  return makePcap(frames);
}

describe('tunnel ends that are trusted', () => {
  test('are private addresses, networks and single addresses', () => {
    const isTrusted = parseAddresses('private, 192.0.2.0/24,2001:db8::1');
    const trusts = (text: string) => isTrusted(parseAddress(text)!);
    assert.deepEqual(['10.1.2.3', '192.0.2.77', '2001:db8::1', 'fd00::1'].map(trusts), [
      true,
      true,
      true,
      true,
    ]);
    assert.deepEqual(['198.51.100.1', '192.0.3.1', '2001:db8::2'].map(trusts), [
      false,
      false,
      false,
    ]);
  });

  for (const text of ['', 'private,', 'somewhere', '192.0.2.1/24', '192.0.2.0/33']) {
    test(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => parseAddresses(text), { code: 'commander.invalidArgument' });
    });
  }

  test('say whether a replay believes the replies inside', async () => {
    const path = join(temporaryFolder(), 'mirror.pcap');
    writeFileSync(path, mirroredOverTheInternet());
    const rulesOf = async (...args: string[]) => {
      const { stdout } = await run(['replay', '-q', '--json', ...args, path]);
      const events = stdout.split('\n').filter((line) => line !== '');
      return new Set(events.map((line) => JSON.parse(line).sipseer.rule));
    };
    assert.deepEqual(await rulesOf(), new Set(['SIP-BEHAV-004']));
    const trusted = await rulesOf('--trusted-tunnels', 'private,192.0.2.0/24');
    assert.deepEqual(trusted, new Set(['SIP-BEHAV-003']));
  });
});
