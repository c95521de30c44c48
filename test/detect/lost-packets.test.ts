import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObserverRun, SERVER } from '../support/observer-run.js';
import { answer, challenge, request } from '../support/sip-texts.js';

const PHONE = '192.0.2.10';
const OTHER_PROXY = '198.18.0.5';
const CONTACT = 'sip:1001@192.168.2.23:5060';

/** Whether a call reaches the contact of a phone of whose REGISTER only the first, challenged, was seen. */
function isToContact(isGranted: boolean) {
  const run = new ObserverRun();
  const register = { method: 'REGISTER', user: '1001', headers: [`Contact: <${CONTACT}>`] };
  const first = run.send(request(register), 0, PHONE);
  run.send(answer(first, '401 Unauthorized', [challenge('n1')]), 0.02, SERVER, PHONE);
  const lost = request({ ...register, cseq: 2 });
  const listed = [`Contact: <${CONTACT}>;expires=3600`];
  if (isGranted) run.send(answer(lost, '200 OK', listed), 0.05, SERVER, PHONE);
  const invite = { method: 'INVITE', user: '1001', uri: CONTACT, fromUser: '01632960456' };
  const call = run.send(request(invite), 60, OTHER_PROXY, PHONE);
  run.send(answer(call, '180 Ringing'), 61, PHONE, OTHER_PROXY);
  return run.of('endpoint.rung').map(({ call }) => call?.toContact);
}

test('a contact is known by the answer to the REGISTER that was lost', () => {
  assert.deepEqual(isToContact(true), [true]);
  assert.deepEqual(isToContact(false), [false]);
});
