import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenError } from '../../src/http/listen-error.js';

test('a port that is taken is told in one line that says what to do', () => {
  const error = listenError('127.0.0.1:15060', Object.assign(new Error(), { code: 'EADDRINUSE' }));
  assert.equal(error.kind, 'in-use');
  assert.equal(
    error.message,
    'cannot listen on 127.0.0.1:15060: another program, perhaps another sipseer, listens there; stop it, or name another with --web.listen-address or web.listen_addresses',
  );
});
