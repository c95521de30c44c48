import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviationNames } from '../../src/sip/deviations.js';
import { SipMessage } from '../../src/sip/message.js';
import { TOOL_MESSAGES } from './tool-messages.js';

/** Header order and deviations by message: a tool is known by its order, not by its User-Agent. */
const SHAPES: Record<string, [order: string, deviations: string]> = {
  'nmap-sip-methods': ['V MF F T CI CS UA CT EX AL AC CL', ''],
  'nmap-version-probe': ['V F T CI CS MF CL CT AC', ''],
  'proxy-reply': ['V T F CI CS SV CL', ''],
  'registrar-401': ['V T F CI CS WA SV CL', ''],
  'registrar-404': ['V T F CI CS SV CL', ''],
  'sipsak-options': ['V F T CI CS CT CL MF UA AC', ''],
  'svcrack-guess': ['V MF T F UA CI CT CS AC CL AU', ''],
  'svmap-invite': ['V MF T F UA CI CT CS AC CL', ''],
  'svmap-options': ['V MF T F UA CI CT CS AC CL', ''],
  // It writes Python's None as its Contact.
  'svmap-register': ['V MF T F UA CI CT CS AC CL', 'bad_name_addr'],
  'svwar-register': ['V MF T F UA CI CT CS AC CL', ''],
};

const message = new SipMessage();

for (const { name, bytes } of TOOL_MESSAGES) {
  test(`shape of ${name}`, () => {
    message.reset(bytes, 0, bytes.length);
    const [order, deviations] = SHAPES[name] ?? ['', ''];
    assert.equal(message.headerOrder(), order);
    assert.equal(deviationNames(message.check()).join(' '), deviations);
    assert.equal(message.messageEnd, bytes.length);
  });
}
