import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UriView } from '../../src/sip/uri.js';

const view = new UriView();

function uri(text: string): UriView {
  view.set(Buffer.from(`"${text}@x:9;y?z`, 'latin1'), 1, 1 + text.length);
  return view;
}

test('a SIP URI is read in all its parts', () => {
  uri('sip:alice:secret@atlanta.com:5062;transport=tcp;lr?subject=x&priority=urgent');
  assert.equal(view.scheme(), 'sip');
  assert.equal(view.user(), 'alice');
  assert.equal(view.password(), 'secret');
  assert.equal(view.host(), 'atlanta.com');
  assert.equal(view.portNumber, 5062);
  assert.equal(view.param('transport'), 'tcp');
  assert.equal(view.param('lr'), '');
  assert.equal(view.param('maddr'), undefined);
  assert.equal(view.hasHeaders, true);
  assert.equal(view.valid, true);
});

test('what is missing is undefined, and nothing is left of the URI before', () => {
  uri('SIPS:host');
  assert.equal(view.scheme(), 'sips');
  assert.equal(view.user(), undefined);
  assert.equal(view.password(), undefined);
  assert.equal(view.host(), 'host');
  assert.equal(view.portNumber, -1);
  assert.equal(view.param('transport'), undefined);
  assert.equal(view.hasHeaders, false);
  assert.equal(uri('').text(), undefined);
  assert.equal(view.host(), undefined);
});

test('escapes stay as written, and the user may hold separators', () => {
  assert.equal(uri('sip:%00%40;a=b?c&d=1@h').user(), '%00%40;a=b?c&d=1');
  assert.equal(view.host(), 'h');
  assert.equal(view.valid, true);
});

test('a tel URI has a number and parameters', () => {
  uri('tel:+1-201-555-0123;phone-context=example.com');
  assert.equal(view.user(), '+1-201-555-0123');
  assert.equal(view.host(), undefined);
  assert.equal(view.param('phone-context'), 'example.com');
  assert.equal(view.valid, true);
});

test('other schemes are valid and opaque', () => {
  for (const text of ['isbn:2983792873', 'http://a@b/', 'soap.beep://192.0.2.103:3002']) {
    assert.equal(uri(text).valid, true, text);
    assert.equal(view.host(), undefined);
    assert.equal(view.text(), text);
  }
});

test('an IPv6 reference loses its brackets', () => {
  uri('sip:ted@[::ffff:192.0.2.2]:19823;x');
  assert.equal(view.host(), '::ffff:192.0.2.2');
  assert.equal(view.portNumber, 19823);
  assert.equal(view.valid, true);
});

test('what is not a URI is not valid, and is still read as far as it goes', () => {
  const broken = ['foo@bar', 'sip:', 'sip:@h', 'sip:a@', 'sip:h:', 'sip:h:99999', 'sip:h:5x', '*'];
  broken.push(
    'sip:2001:db8::10',
    'sip:a b@h',
    '<sip:a@h>',
    'sip:[::1',
    'sip:[g]',
    'sip:a@b@c',
    'tel:',
  );
  for (const text of broken) assert.equal(uri(text).valid, false, text);
  assert.equal(uri('foo@bar').user(), 'foo');
  assert.equal(view.host(), 'bar');
  assert.equal(uri('sip:h:99999').portNumber, -1);
  assert.equal(uri('sip:2001:db8::10').host(), '2001');
});
