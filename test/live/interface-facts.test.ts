import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  InterfaceReader,
  isEthernet,
  linkName,
  mayCapture,
} from '../../src/live/interface-facts.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

const PROC = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
    lo: 1234 12 0 0 0 0 0 0 1234 12 0 0 0 0 0 0
  eth1:   99 4294967999    0    0 0 0 0 0 0 0 0 0 0 0 0 0
`;

/** The files of a system; interfaces in /sys are given by their files. */
function system(name: string, sys: Record<string, Record<string, string>>, proc = PROC) {
  const root = join(folder, name);
  mkdirSync(join(root, 'net'), { recursive: true });
  writeFileSync(join(root, 'dev'), proc);
  for (const [device, files] of Object.entries(sys)) {
    mkdirSync(join(root, 'net', device));
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(root, 'net', device, file), `${text}\n`);
    }
  }
  return new InterfaceReader(join(root, 'dev'), join(root, 'net'));
}

const LO = { ifindex: '1', flags: '0x9', carrier: '1', type: '772', mtu: '65536' };

test('an interface is told with all that the system says', () => {
  const reader = system('whole', {
    lo: LO,
    eth1: { ifindex: '7', flags: '0x1003', carrier: '0', type: '1', mtu: '1500' },
  });
  const eth1 = {
    name: 'eth1',
    index: 7,
    up: true,
    carrier: false,
    hardwareType: 1,
    mtu: 1500,
    received: 4_294_967_999,
  };
  assert.deepEqual(reader.find('eth1'), eth1);
  assert.deepEqual(
    reader.list().map(({ name }) => name),
    ['lo', 'eth1'],
  );
  assert.deepEqual([linkName(eth1), isEthernet(eth1)], ['Ethernet', true]);
});

test('one that is switched off does not tell its carrier', () => {
  const reader = system('off', { lo: LO, eth1: { ifindex: '7', flags: '0x1002' } });
  const facts = reader.find('eth1');
  assert.deepEqual([facts?.up, facts?.carrier], [false, undefined]);
});

test('of the /sys of another namespace nothing is believed', () => {
  const reader = system('foreign', { lo: LO, eth0: { ifindex: '2', flags: '0x1002' } });
  assert.deepEqual(reader.find('eth1'), {
    name: 'eth1',
    index: undefined,
    up: undefined,
    carrier: undefined,
    hardwareType: undefined,
    mtu: undefined,
    received: 4_294_967_999,
  });
  assert.equal(reader.find('eth0'), undefined);
});

test('a file beside the interfaces is none', () => {
  const reader = system('bonding', { lo: LO, eth1: { ifindex: '7', flags: '0x1003' } });
  writeFileSync(join(folder, 'bonding/net/bonding_masters'), 'bond0\n');
  assert.equal(reader.find('eth1')?.index, 7);
});

test('a name that is a path leads nowhere', () => {
  const reader = system('path', { lo: LO, eth1: {} });
  for (const name of ['..', '../net/lo', 'lo/../eth1', '']) {
    assert.equal(reader.find(name), undefined);
  }
});

test('where the system has no such files an interface is taken to be there', () => {
  const reader = new InterfaceReader(join(folder, 'none'), join(folder, 'none'));
  assert.equal(reader.find('en0')?.up, undefined);
  assert.equal(reader.find('en0')?.name, 'en0');
});

test('of any, all that is known is that it is there', () => {
  assert.equal(system('any', { lo: LO, eth1: {} }).find('any')?.up, undefined);
});

test('the capability to capture is read from the effective set', () => {
  const status = (mask: string) => {
    const path = join(folder, 'status');
    writeFileSync(path, `Name:\tnode\nCapPrm:\t${mask}\nCapEff:\t${mask}\nCapBnd:\t0\n`);
    return mayCapture(path);
  };
  assert.equal(status('000001ffffffffff'), true);
  assert.equal(status('0000000000002000'), true);
  assert.equal(status('0000000000001000'), false);
  assert.equal(mayCapture(join(folder, 'none')), undefined);
});
