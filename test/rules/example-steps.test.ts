import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentProblem } from '../../src/documents/problem.js';
import { readSignature } from '../../src/rules/read-signature.js';
import { signatureText } from '../support/signature-texts.js';

/** What is wrong with an example that has these keys. */
function problemsOf(keys: string): string[] {
  const examples = `examples:\n  - { name: one, expect: alert, ${keys} }`;
  const problems: DocumentProblem[] = [];
  readSignature('tools/SIP-TEST-001.yaml', signatureText({ examples }), problems);
  return problems.map(({ message }) => message);
}

for (const keys of [
  'message: ""',
  'message: "", answer: icmp-unreachable',
  'message: "", overlapping: true',
  'segment: syn, answer: rst',
  'segment: client-hello, transport: tcp',
  'transport: tcp, steps: [{ segment: syn, answer: syn-ack }, { segment: fin }, { message: "" }]',
]) {
  test(`an example may have ${keys}`, () => {
    assert.deepEqual(problemsOf(keys), []);
  });
}

const wrong: [keys: string, says: RegExp][] = [
  ['transport: tcp', /either one message, one segment, one rtp, or steps/],
  ['message: "", segment: syn', /either one message, one segment, one rtp, or steps/],
  ['segment: syn, steps: [{ segment: syn }]', /either one message, one segment, one rtp, or steps/],
  ['steps: [{ message: "", segment: syn }]', /either a message, a segment or rtp/],
  ['steps: [{ after: 1s }]', /either a message, a segment or rtp/],
  ['segment: ack, answer: rst', /syn-ack and rst answer "segment: syn"/],
  ['message: "", answer: syn-ack', /syn-ack and rst answer "segment: syn"/],
  ['steps: [{ message: "", answer: rst }]', /syn-ack and rst answer "segment: syn"/],
  ['segment: syn, transport: udp', /a segment goes over tcp/],
  ['message: "", overlapping: true, transport: tcp', /overlaps goes over udp and IPv4/],
  ['message: "", overlapping: true, from: "[2001:db8::7]:5060"', /overlaps goes over udp and IPv4/],
  ['segment: psh', /segment/],
];
for (const [keys, says] of wrong) {
  test(`an example may not have ${keys}`, () => {
    const problems = problemsOf(keys);
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0]!, says);
  });
}
