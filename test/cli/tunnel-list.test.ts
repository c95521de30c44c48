import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tunnelList } from '../../src/cli/tunnel-list.js';
import { TUNNEL_NAMES } from '../../src/config/tunnel-names.js';

describe('a list of tunnels', () => {
  test('is all, none or names, in any order and each once', () => {
    assert.deepEqual(tunnelList('all'), [...TUNNEL_NAMES]);
    assert.deepEqual(tunnelList('none'), []);
    assert.deepEqual(tunnelList('vxlan, GRE ,vxlan'), ['gre', 'vxlan']);
  });

  for (const text of ['', 'gre,', 'all,gre', 'none,gre', 'erspan', 'gre vxlan']) {
    test(`${JSON.stringify(text)} is refused`, () => {
      assert.throws(() => tunnelList(text), /give all, none, or some of gre,ipip,/);
    });
  }
});
