import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { BACKENDS } from '../../src/live/capture-status.js';
import { writeDatagrams } from '../support/datagrams.js';
import { HostedCapture, type HostStatus } from '../support/hosted-capture.js';
import { NamespacePair, namespacesUnavailable, programsMissing } from '../support/namespaces.js';

const MIB = 1024 * 1024;
const DATAGRAMS = 60_000;
const LENGTH = 1400;
const BUFFER_MIB = 64;
/** What a frame costs the sink (ms): some five thousand a second, much less than comes. */
const FRAME_COST = 0.2;
/** The child's own queue, and what Node needs. */
const MOST_CHILD_MEMORY = (32 + 2 * BUFFER_MIB + 130) * MIB;
const MOST_HOST_MEMORY = 200 * MIB;
/** So slow would nobody call answering; a busy machine must not fail the test. */
const LONGEST_TURN = 1000;

/** Asks until no more frames come and the last counts have been told. */
async function settled(host: HostedCapture, seen: (status: HostStatus) => void) {
  for (let last = -1, same = 0; same < 5; ) {
    const status = await host.status();
    seen(status);
    const now = status.counted + (status.told?.received ?? 0) + (status.told?.dropped ?? 0);
    same = now === last ? same + 1 : 0;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return await host.status();
}

function residentMemory(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)![1]) * 1024;
}

const missing = programsMissing('tcpdump') ?? namespacesUnavailable();

for (const backend of BACKENDS) {
  describe(`more than the sensor can take, by ${backend}`, { skip: missing }, () => {
    let pair: NamespacePair;
    let host: HostedCapture;
    let last: HostStatus;
    let longestTurn = 0;
    let hostMemory = 0;
    let childMemory = 0;
    let received = 0;

    before(async () => {
      pair = new NamespacePair();
      const capture = {
        interface: 'veth0',
        backend,
        filter: 'port 5060',
        bufferMib: BUFFER_MIB,
        snapLength: 16_000,
        promiscuous: true,
      };
      const tuning = { beat: 100, mostSilent: 1000 };
      host = new HostedCapture(pair.right, { capture, tuning, frameCost: FRAME_COST });
      const { status } = await host.until('started');
      const before = pair.right.count('rx_packets');
      const seen = (each: HostStatus) => {
        longestTurn = Math.max(longestTurn, each.longestTurn);
        hostMemory = Math.max(hostMemory, each.memory);
        childMemory = Math.max(childMemory, residentMemory(status.pid!));
      };
      const written = writeDatagrams(pair.left, pair.right.address, {
        text: 'flood',
        count: DATAGRAMS,
        length: LENGTH,
      });
      let writing = true;
      void written.finally(() => {
        writing = false;
      });
      while (writing) {
        seen(await host.status());
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await written;
      last = await settled(host, seen);
      received = pair.right.count('rx_packets') - before;
    });
    after(async () => {
      await host?.kill();
      pair?.remove();
    });

    test('packets are lost, and the loss is counted', () => {
      const { status, counted, told } = last;
      assert.ok(received >= DATAGRAMS);
      assert.ok(counted < DATAGRAMS);
      assert.equal(status.frames, counted);
      if (backend === 'tcpdump') {
        assert.equal(told?.received, DATAGRAMS);
        assert.equal(counted + status.kernelDropped!, DATAGRAMS);
      } else {
        // What `cap` lost in the kernel's ring nobody can know; all else is known.
        assert.ok(status.childDropped! > 0);
        assert.equal(counted + status.childDropped!, told?.received);
        assert.ok(told!.received! <= DATAGRAMS);
      }
    });

    test('memory stays bounded on both sides', () => {
      assert.ok(hostMemory < MOST_HOST_MEMORY, `${hostMemory} bytes`);
      assert.ok(childMemory < MOST_CHILD_MEMORY, `${childMemory} bytes`);
    });

    test('the event loop kept turning', () => {
      assert.ok(longestTurn < LONGEST_TURN, `${longestTurn} ms without a turn`);
    });

    test('nothing was started again, and the next packet is read', async () => {
      const before = last.counted;
      await writeDatagrams(pair.left, pair.right.address, { text: 'after' });
      for (let tries = 0; (await host.status()).counted === before; tries++) {
        assert.ok(tries < 100, 'it was not read');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(host.events.filter(({ type }) => type === 'restarted').length, 0);
    });
  });
}
