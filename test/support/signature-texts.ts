import assert from 'node:assert/strict';
import type { DocumentProblem } from '../../src/documents/problem.js';
import { ListCache } from '../../src/rules/lists.js';
import { readSignature } from '../../src/rules/read-signature.js';
import type { Signature } from '../../src/rules/signature.js';

/** The parts of a signature file, in order; a test overrides those that it is about. */
const PARTS = {
  id: 'id: SIP-TEST-001',
  title: 'title: A signature for a test',
  status: 'status: experimental',
  class: 'class: scan',
  severity: 'severity: medium',
  confidence: 'confidence: medium',
  tool: '',
  description: 'description: This signature exists for one test alone.',
  references: 'references: [https://www.rfc-editor.org/rfc/rfc3261]',
  falsepositives: 'falsepositives: [none]',
  author: 'author: the test',
  date: 'date: 2026-01-15',
  on: '',
  match: 'match:\n  one: { user_agent: scanner }\n  condition: one',
  count: '',
  extract: '',
  alert: 'alert:\n  message: "{source.ip} did it"',
  examples: 'examples:\n  - name: one\n    expect: alert\n    message: ""',
  more: '',
};

export type SignatureParts = Partial<Record<keyof typeof PARTS, string>>;

export function signatureText(parts: SignatureParts = {}): string {
  const all = { ...PARTS, ...parts };
  return `${Object.values(all)
    .filter((part) => part !== '')
    .join('\n')}\n`;
}

/** The signature that the parts make; its file is named after its id. */
export function signatureOf(parts: SignatureParts = {}): Signature {
  const text = signatureText(parts);
  const id = /^id: (\S+)/m.exec(text)?.[1] ?? '';
  const problems: DocumentProblem[] = [];
  const signature = readSignature(`tools/${id}.yaml`, text, problems);
  assert.deepEqual(problems.map(String), []);
  assert.ok(signature);
  return signature;
}

export function loadedOf(...signatures: Signature[]) {
  return { signatures, problems: [], lists: new ListCache([]) };
}
