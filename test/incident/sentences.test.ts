import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signatureFolders } from '../../src/cli/signature-folders.js';
import type { Alert } from '../../src/incident/alert.js';
import { loadSignatures } from '../../src/rules/load.js';
import type { Example, Signature } from '../../src/rules/signature.js';
import { examplePackets } from '../../src/selftest/example-messages.js';
import { ipFrames, RAW_LINK } from '../../src/selftest/ip-frame.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import { replayed } from '../support/replayed-events.js';
import { scenarioFolder, scenarioNames } from '../support/scenario-folders.js';
import { START } from '../support/sensor-run.js';
import { sentenceFaults } from '../support/sentence-faults.js';

const loaded = loadSignatures(signatureFolders());

/** The alerts of one example; its signature runs alone, as in `signatures test`. */
function alertsOf(signature: Signature, example: Example): Alert[] {
  const alerts: Alert[] = [];
  const sensor = new Sensor({
    signatures: { signatures: [signature], problems: [], lists: loaded.lists },
    counters: new Counters(),
    ports: undefined,
    onAlert: (alert) => alerts.push(alert),
  });
  for (const { at, bytes } of ipFrames(examplePackets(example))) {
    sensor.frame(bytes, 0, bytes.length, START + at, bytes.length, RAW_LINK);
  }
  sensor.finish();
  return alerts;
}

/** What is wrong with any sentence of an alert. */
function faultsOf({ reason, history, raised }: Alert): string[] {
  const sentences = [reason, ...history.map((entry) => entry.reason), raised?.reason ?? reason];
  return [...new Set(sentences)].flatMap((text) =>
    sentenceFaults(text).map((fault) => `${fault}: ${text}`),
  );
}

describe('each alert says in one plain sentence what happened', () => {
  for (const signature of loaded.signatures) {
    test(`${signature.id} in its examples`, () => {
      const faults = new Set<string>();
      let told = 0;
      for (const example of signature.examples) {
        if (example.expect !== 'alert') continue;
        const alerts = alertsOf(signature, example);
        told += alerts.length;
        for (const fault of alerts.flatMap(faultsOf)) faults.add(fault);
      }
      assert.deepEqual([...faults], []);
      assert.ok(told > 0, 'no example made an alert');
    });
  }

  for (const name of scenarioNames()) {
    test(`the capture ${name}`, async () => {
      const { events } = await replayed([scenarioFolder(name)]);
      const reasons = new Set(events.map(({ sipseer }) => sipseer.reason));
      const faults = [...reasons].flatMap((text) =>
        sentenceFaults(text).map((fault) => `${fault}: ${text}`),
      );
      assert.deepEqual(faults, []);
    });
  }
});

describe('a sentence', () => {
  const faulty: [text: string, fault: RegExp][] = [
    ['198.51.100.7 tried undefined', /undefined/],
    ['198.51.100.7 tried {incident.targets}', /brace/],
    ['198.51.100.7 tried the the password', /doubled/],
    ['198.51.100.7 did it.', /full stop/],
    ['198.51.100.7  did it', /spaces/],
    ['198.51.100.7 did it. Then it left', /one sentence/],
    ['it did something', /begins/],
    [`198.51.100.7 ${'did '.repeat(100)}it`, /characters/],
    ['198.51.100.7 tried 1 addresses', /singular/],
    ['198.51.100.7 tried 2 address', /plural/],
    ['198.51.100.7 tried 12 more account', /plural/],
  ];
  for (const [text, fault] of faulty) {
    test(`"${text.slice(0, 50)}" is found to be wrong`, () => {
      assert.match(sentenceFaults(text).join(), fault);
    });
  }

  test('that is right has no fault', () => {
    for (const text of [
      '198.51.100.7 asked 203.0.113.5 for 1 account within 1m',
      '2001:db8::7 asked 203.0.113.5 and 2 more addresses for 71 accounts (990, 991…)',
      '[2001:db8::7]:40312 guesses the password of 1001; guesses rejected so far: 21',
      'A device behind 198.51.100.7 did it',
    ]) {
      assert.deepEqual(sentenceFaults(text), [], text);
    }
  });
});
