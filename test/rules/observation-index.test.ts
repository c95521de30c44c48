import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  OBSERVATION_NAMES,
  type Observation,
  type ObservationName,
} from '../../src/detect/observation.js';
import { type Doing, ObservationWriter } from '../../src/detect/observation-writer.js';
import { SourceTable } from '../../src/detect/sources/sources.js';
import { packageRoot } from '../../src/package-root.js';
import { RuleEngine } from '../../src/rules/engine.js';
import { loadSignatures } from '../../src/rules/load.js';
import type { Signature } from '../../src/rules/signature.js';
import { SignatureSet } from '../../src/rules/signature-set.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Transport } from '../../src/wire/packet.js';
import { loadedOf, signatureOf } from '../support/signature-texts.js';

const DOING: Doing = {
  origin: 0xc6336407,
  originPort: 5060,
  target: 0xcb007105,
  targetPort: 5060,
  transport: Transport.Udp,
  method: 'REGISTER',
};

const anyName = fc.constantFrom(...OBSERVATION_NAMES);
const anyMethod = fc.constantFrom(
  'REGISTER',
  'INVITE',
  'OPTIONS',
  'MESSAGE',
  'SYN',
  'empty',
  'RTP',
);
const anyNumber = fc.option(fc.nat(12), { nil: undefined });
const anyDetail = fc.record({
  outcome: fc.constantFrom(
    undefined,
    'accepted',
    'challenged',
    'unknown',
    'forbidden',
    'busy',
    'refused',
    'silent',
    'unreachable',
    'opened',
  ),
  status: fc.constantFrom(undefined, 200, 401, 404, 481),
  account: fc.constantFrom(undefined, '100', '0044123456789'),
  rejectedBefore: anyNumber,
  rejectedPeak: anyNumber,
  rejectedOneNonce: anyNumber,
});

describe('the index of signatures over observations', () => {
  test('leaves out no signature that matches', () => {
    const set = new SignatureSet(loadSignatures([join(packageRoot(), 'signatures')]));
    const sources = new SourceTable(new Counters());
    const profile = sources.comes(DOING.origin, 0);
    const said: Observation[] = [];
    const writer = new ObservationWriter(new Counters(), sources, (one) => said.push(one));
    let matches = 0;
    let left = 0;
    const property = (
      name: ObservationName,
      method: string,
      detail: Parameters<ObservationWriter['say']>[3],
    ) => {
      writer.say(name, { ...DOING, method }, profile, detail);
      const observation = said.pop()!;
      const index = set.over(name);
      const matching = index.signatures.filter((signature) => signature.matches(observation));
      const candidates = index.candidatesFor(observation);
      assert.deepEqual(
        candidates.filter((signature) => signature.matches(observation)),
        matching,
      );
      matches += matching.length;
      left += index.signatures.length - candidates.length;
    };
    fc.assert(fc.property(anyName, anyMethod, anyDetail, property), { numRuns: 2000 });
    assert.ok(matches > 50 && left > 500, `${matches} matches, ${left} not tried`);
  });

  test('tries signatures that ask for numbers only where the least of their bounds is reached', () => {
    const set = new SignatureSet(
      loadedOf(
        over('auth.rejected', 1, 'many: { rejected_before|gte: 8 }', 'condition: many'),
        over('auth.rejected', 2, 'many: { rejected_before|gt: 4 }', 'condition: many'),
        over(
          'auth.rejected',
          3,
          'a: { rejected_peak|gte: 9 }',
          'b: { rejected_one_nonce|gte: 7 }',
          'condition: a or b',
        ),
        over(
          'auth.rejected',
          4,
          'a: { rejected_peak|gte: 6 }',
          'b: { rejected_one_nonce|gte: 8 }',
          'condition: a or b',
        ),
        over('auth.rejected', 5, 'few: { rejected_before|lte: 2 }', 'condition: few'),
      ),
    );
    const sources = new SourceTable(new Counters());
    const profile = sources.comes(DOING.origin, 0);
    const tried = (...[rejectedBefore, rejectedPeak, rejectedOneNonce]: (number | undefined)[]) => {
      let said: Observation | undefined;
      const writer = new ObservationWriter(new Counters(), sources, (one) => {
        said = one;
      });
      const detail = { rejectedBefore, rejectedPeak, rejectedOneNonce };
      writer.say('auth.rejected', DOING, profile, detail);
      const candidates = set.over('auth.rejected').candidatesFor(said!);
      return candidates.map(({ signature }) => Number(signature.id.slice(-1)));
    };
    assert.deepEqual(tried(undefined, undefined, undefined), []);
    assert.deepEqual(tried(3, 5, 6), []);
    assert.deepEqual(tried(4, 5, 6), [1, 2]);
    assert.deepEqual(tried(9, 6, 0), [1, 2, 3, 4]);
    assert.deepEqual(tried(0, 0, 7), [3, 4, 5]);
  });

  test('a finding changes nothing of what was asked before it', () => {
    const found = findingsOf(
      over(
        'account.probed',
        1,
        'a: { source.accepted: false }',
        'b: { method: OPTIONS }',
        'condition: a and b',
      ),
      over('account.probed', 2, 'any: { account|exists: true }', 'condition: any'),
      over(
        'account.probed',
        3,
        'unsuspected: { source.suspicion|lt: 0 }',
        'condition: unsuspected',
      ),
    );
    assert.deepEqual(found, ['SIP-TEST-002', 'SIP-TEST-003']);
  });

  test('a finding is known to whoever asks for the first time after it, for bounds as well', () => {
    const found = findingsOf(
      over('account.probed', 1, 'any: { account|exists: true }', 'condition: any'),
      over('account.probed', 2, 'suspected: { source.suspicion|gte: 2 }', 'condition: suspected'),
      over(
        'account.probed',
        3,
        'a: { source.suspicion|gte: 3 }',
        'b: { rejected_peak|gte: 1 }',
        'condition: a or b',
      ),
    );
    assert.deepEqual(found, ['SIP-TEST-001', 'SIP-TEST-002', 'SIP-TEST-003']);
  });
});

function over(name: ObservationName, number: number, ...match: string[]): Signature {
  return signatureOf({
    id: `id: SIP-TEST-00${number}`,
    on: `on: ${name}`,
    match: ['match:', ...match].join('\n  '),
  });
}

/** What is found of an account that was probed, where each finding accuses the source. */
function findingsOf(...signatures: Signature[]): string[] {
  const sources = new SourceTable(new Counters());
  const profile = sources.comes(DOING.origin, 0);
  const found: string[] = [];
  const engine = new RuleEngine(loadedOf(...signatures), new Counters(), {
    finding: ({ signature }) => {
      sources.accuse(profile, 3);
      return found.push(signature.id) > 0;
    },
    repeated: () => true,
  });
  const writer = new ObservationWriter(new Counters(), sources, (one) => engine.observe(one));
  writer.say('account.probed', DOING, profile, { account: '100', outcome: 'unknown' });
  return found;
}
