import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ViaView } from '../../src/sip/via.js';

const view = new ViaView();

function via(text: string): ViaView {
  view.set(Buffer.from(`:${text}9;branch=wrong`, 'latin1'), 1, 1 + text.length);
  return view;
}

test('a Via value is read in all its parts', () => {
  via('SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK-1;rport;alias, SIP/2.0/TCP next;branch=2');
  assert.equal(view.transport(), 'UDP');
  assert.equal(view.host(), '198.51.100.7');
  assert.equal(view.port, 5060);
  assert.equal(view.branch(), 'z9hG4bK-1');
  assert.equal(view.hasParam('rport'), true);
  assert.equal(view.param('rport'), '');
  assert.equal(view.hasParam('received'), false);
  assert.equal(view.paramsText(), ';branch=z9hG4bK-1;rport;alias');
  assert.equal(view.valid, true);
});

test('blanks and folds may stand around slash, colon and semicolon', () => {
  via(
    ' SIP / 2.0\r\n / UDP\r\n  first.example.com : 4000\r\n ; ttl=16 ;branch = z9hG4bKa7c6a8dlze ',
  );
  assert.equal(view.transport(), 'UDP');
  assert.equal(view.host(), 'first.example.com');
  assert.equal(view.port, 4000);
  assert.equal(view.branch(), 'z9hG4bKa7c6a8dlze');
  assert.equal(view.valid, true);
});

test('IPv6, no parameters, and nothing left of the value before', () => {
  via('SIP/2.0/TLS [2001:db8::9:1]');
  assert.equal(view.host(), '2001:db8::9:1');
  assert.equal(view.port, -1);
  assert.equal(view.branch(), undefined);
  assert.equal(view.paramsText(), '');
  assert.equal(view.valid, true);
  assert.equal(via('').host(), undefined);
  assert.equal(view.valid, false);
});

test('what is broken is not valid', () => {
  const broken = [
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0 h',
    'UDP h',
    'SIP/7.0/UDP h',
    'SIP/2.0/UDPh',
  ];
  broken.push('SIP/2.0/UDP h:', 'SIP/2.0/UDP h:99999', 'SIP/2.0/UDP h;;', 'SIP/2.0/UDP h;branch=');
  broken.push('SIP/2.0/UDP [::1', 'SIP/2.0/UDP h i', 'SIP/2.0/UDP h;branch="x');
  for (const text of broken) assert.equal(via(text).valid, false, text);
});
