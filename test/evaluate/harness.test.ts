import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressText, parseAddress } from '../../src/wire/address.js';
import { Evaluation, evaluate, medianPackets, plan } from './evaluation.js';
import type { Family } from './family.js';
import { Attackers, type Verdict } from './judge.js';
import { readOptions, UsageError } from './options.js';
import { summary } from './report.js';
import { Rules, runFamily } from './run-family.js';
import { play } from './variations.js';
import { senderOf } from './wire-address.js';

const rules = new Rules();
const PBX = '203.0.113.5';

/** A tool that names itself asks for many accounts. */
const scanner: Family = {
  name: 'planted scanner',
  kind: 'attack',
  point: 2,
  description: 'A scanner that calls itself friendly-scanner asks for forty accounts.',
  classes: ['enumeration'],
  stage: 'enumeration',
  build(stage, knobs) {
    const pbx = stage.server(PBX);
    const hosts = stage.attackers(knobs, { agent: 'friendly-scanner' });
    for (let i = 0; i < 40; i++) {
      const from = hosts[i % hosts.length]!;
      stage.ask(from, pbx, { method: 'REGISTER', user: `${100 + i}` }, '404 Not Found');
      stage.wait(0.2 / knobs.rate);
    }
    return { attackers: hosts.map(({ address }) => address) };
  },
};

const verdictOf = (family: Family) => runFamily(rules, family, 'plain', 1);
const described = (verdicts: Verdict[]) => summary(new Evaluation(verdicts), 'test');

describe('the judge', () => {
  test('finds what is there, and says after how many packets and how far it got', () => {
    const { detected, packets, stage, accused, frames } = verdictOf(scanner);
    assert.equal(detected, true);
    assert.ok(packets !== undefined && packets > 1 && packets < 20, `${packets}`);
    assert.deepEqual([stage, accused, frames], ['enumeration', [], 80]);
  });

  test('reports an attack as missed that nothing is said of', () => {
    const quiet: Family = {
      ...scanner,
      build(stage) {
        const { address } = stage.host('198.51.100.7');
        stage.register(stage.phone(address), stage.server(PBX), '201');
        return { attackers: [address] };
      },
    };
    const verdict = verdictOf(quiet);
    assert.deepEqual([verdict.detected, verdict.stage], [false, undefined]);
    const text = described([verdict]);
    assert.match(text, /### Missed[^#]*planted scanner \| plain \| 1 \| nothing/);
    assert.match(text, /Goals: not met: 1 plain runs/);
  });

  test('reports as missed what is said under another class', () => {
    const verdict = verdictOf({ ...scanner, classes: ['ghost-call'] });
    assert.equal(verdict.detected, false);
    assert.match(described([verdict]), /an incident at enumeration, of another class/);
  });

  test('tells another stage than the expected', () => {
    const verdict = verdictOf({ ...scanner, stage: 'fraud' });
    assert.match(described([verdict]), /planted scanner \| plain \| 1 \| enumeration \| fraud/);
  });

  test('finds a false alarm among innocents, with rule and reason', () => {
    const verdict = verdictOf({ ...innocentOf(scanner), name: 'planted false alarm' });
    assert.equal(verdict.accused.length, 1);
    const [first] = verdict.accused;
    assert.equal(first?.accused, '198.51.100.7');
    const evaluation = new Evaluation([verdict]);
    assert.deepEqual(evaluation.broken(), ['somebody innocent was accused in 1 runs']);
    const text = summary(evaluation, 'test');
    assert.match(text, /planted false alarm \| plain \| 1 \| 198\.51\.100\.7 \| (medium|high)/);
  });

  test('finds that the wrong one is accused', () => {
    const framed: Family = {
      ...scanner,
      build(stage, knobs) {
        scanner.build(stage, knobs);
        return { attackers: ['192.0.2.1'] };
      },
    };
    const verdict = verdictOf(framed);
    assert.deepEqual([verdict.detected, verdict.accused.length], [false, 1]);
  });

  test('knows networks and handsets', () => {
    const attackers = new Attackers(['198.51.100.0/24', '192.0.2.7:40312', '2001:db8::7']);
    assert.ok(attackers.has('198.51.100.9') && attackers.has('198.51.100.9:5060'));
    assert.ok(attackers.has('192.0.2.7:40312') && attackers.sent('192.0.2.7', 40_312));
    assert.ok(attackers.has('2001:db8::7') && attackers.has('[2001:db8::7]:5060'));
    for (const name of ['192.0.2.7', '192.0.2.7:40313', '198.51.101.9', '2001:db8::8', 'x']) {
      assert.equal(attackers.has(name), false, name);
    }
  });
});

function innocentOf(family: Family): Family {
  return {
    ...family,
    kind: 'innocent',
    classes: [],
    build: (...args) => ({ ...family.build(...args), attackers: [] }),
  };
}

describe('variations', () => {
  const senders = (name: Parameters<typeof play>[1], seed = 1) =>
    new Set(play(scanner, name, seed).frames.map(({ bytes }) => senderOf(bytes)));

  test('the same seed gives the same frames, another gives others', () => {
    const [one, same, other] = [1, 1, 2].map((seed) =>
      Buffer.concat(play(scanner, 'plain', seed).frames.map(({ bytes }) => bytes)).toString('hex'),
    );
    assert.equal(one, same);
    assert.notEqual(one, other);
  });

  test('slow and fast change the time that it takes', () => {
    const lasts = (name: 'plain' | 'slow' | 'fast') => play(scanner, name, 1).frames.at(-1)!.at;
    assert.ok(Math.abs(lasts('slow') / lasts('plain') - 10) < 0.1);
    assert.ok(Math.abs(lasts('plain') / lasts('fast') - 5) < 0.1);
  });

  test('one-way shows nothing that a server sent, a lossy mirror most of it', () => {
    assert.deepEqual(senders('one-way'), new Set(['198.51.100.7']));
    const share = play(scanner, 'lossy', 1).frames.length / 80;
    assert.ok(share > 0.85 && share < 1, `${share}`);
  });

  test('spread means neighbours, scattered means strangers to each other', () => {
    const networks = (name: 'spread' | 'scattered') =>
      [...senders(name)].filter((one) => one !== PBX).map((one) => one.replace(/\.\d+$/, ''));
    assert.equal(networks('spread').length, 4);
    assert.equal(new Set(networks('spread')).size, 1);
    assert.equal(new Set(networks('scattered')).size, 4);
  });

  test('over TCP there are segments, renamed another name', () => {
    assert.ok(play(scanner, 'tcp', 1).frames.every(({ bytes }) => bytes[9] === 6));
    const text = play(scanner, 'renamed', 1).frames.map(({ bytes }) => bytes.toString('latin1'));
    assert.ok(text.every((frame) => !frame.includes('friendly-scanner')));
  });

  test('innocents are played in the variations that change how they are seen', () => {
    const names = plan([innocentOf(scanner)], [1]).map(({ variation }) => variation);
    assert.deepEqual(names, ['plain', 'tcp', 'one-way', 'lossy']);
    const without = { ...scanner, without: { tcp: 'it is UDP' } };
    assert.equal(plan([without], [1, 2]).length, 16);
  });
});

describe('figures', () => {
  const verdicts = (packets: readonly number[]) =>
    packets.map((one) => ({ ...verdictOf(scanner), packets: one }));

  test('the median is the middle one, or the lower of two', () => {
    assert.equal(medianPackets(verdicts([9, 1, 5])), 5);
    assert.equal(medianPackets(verdicts([9, 1])), 1);
    assert.equal(medianPackets([]), undefined);
  });

  test('recall below 95 % over the variations is told, and not rounded up', () => {
    const { verdicts: all } = evaluate(rules, plan([scanner], [1], ['lossy']));
    const many = Array.from({ length: 20 }, (_, i) => ({ ...all[0]!, detected: i > 1 }));
    const evaluation = new Evaluation(many);
    assert.deepEqual(evaluation.broken(), ['recall over the variations is below 95 %']);
    assert.match(summary(evaluation, 'test'), /90 % of the variations/);
    const enough = new Evaluation(many.map((one, i) => ({ ...one, detected: i > 0 })));
    assert.deepEqual(enough.broken(), []);
  });
});

describe('the command line', () => {
  test('takes families, variations and seeds', () => {
    const options = readOptions([
      '--family',
      'office',
      '--variation',
      'tcp',
      '--seed',
      '7',
      '--trace',
    ]);
    assert.ok(options !== 'help');
    assert.deepEqual(options.families, ['office']);
    assert.deepEqual([options.variations, options.seeds, options.trace], [['tcp'], [7], true]);
    assert.equal(readOptions(['--help']), 'help');
  });

  test('says what is wrong', () => {
    const wrong = [['--variation', 'fog'], ['--seed', 'x'], ['--kind', 'odd'], ['--nothing']];
    wrong.push(['--write-docs', '--seed', '1']);
    for (const args of wrong) assert.throws(() => readOptions(args), UsageError, args.join(' '));
  });
});

test('addresses of frames are read for both versions', () => {
  for (const address of ['198.51.100.7', '2001:db8::7']) {
    const family: Family = {
      ...scanner,
      build(stage) {
        const host = stage.host(address);
        const other = stage.host(address.includes(':') ? '2001:db8::1' : PBX);
        stage.send(host, other, 'OPTIONS');
        return { attackers: [address] };
      },
    };
    const [frame] = play(family, 'plain', 1).frames;
    assert.equal(senderOf(frame!.bytes), addressText(parseAddress(address)!));
  }
});
