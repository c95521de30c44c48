import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Event, outcomes, replayed } from '../support/replayed-events.js';
import { originFolder } from '../support/third-party.js';

/**
 * Real tools against a real registrar: beyond the facts of expected.yaml, each run ends as one
 * incident whose sentence tells a telephone administrator who did what to whom.
 */

const SCANNER = '10.77.0.66';
const REGISTRAR = '10.77.0.10';

async function incidentOf(name: string): Promise<Event> {
  const { events } = await replayed([join(originFolder('lab'), name)]);
  // What the registrar is told about itself accuses nobody.
  const found = outcomes(events).filter(({ sipseer }) => sipseer.class !== 'hygiene');
  assert.equal(found.length, 1);
  const [incident] = found;
  assert.equal(incident!.src_ip, SCANNER);
  return incident!;
}

for (const name of ['svmap-options.pcap', 'svmap-invite.pcap', 'svmap-register.pcap']) {
  test(`${name}: one incident names svmap, the sweep and its targets`, async () => {
    const { sipseer } = await incidentOf(name);
    assert.deepEqual(sipseer.tools, ['sipvicious/svmap']);
    assert.equal(sipseer.class, 'scan');
    assert.equal(sipseer.stage, 'recon');
    const sample = ['10.77.0.10', '10.77.0.11', '10.77.0.12', '10.77.0.13', '10.77.0.14'];
    assert.deepEqual(sipseer.targets, { count: 5, sample });
    assert.match(
      sipseer.reason,
      /(looks|sweeps) for SIP servers.* 10\.77\.0\.10 and 4 more addresses/,
    );
  });
}

test('svwar-register.pcap: one incident names svwar and the extensions that were given away', async () => {
  const { sipseer } = await incidentOf('svwar-register.pcap');
  assert.deepEqual(sipseer.tools, ['sipvicious/svwar']);
  assert.equal(sipseer.class, 'enumeration');
  assert.equal(sipseer.stage, 'enumeration');
  assert.deepEqual(sipseer.targets, { count: 1, sample: [REGISTRAR] });
  assert.equal(sipseer.accounts.count, 72);
  assert.deepEqual(sipseer.accounts.existing, ['1000', '1001', '1002']);
  assert.match(sipseer.reason, /72 accounts .*990.*shown to exist: 1000, 1001, 1002/);
});

test('svwar-options.pcap: one incident names svwar; all users were answered alike', async () => {
  const { sipseer } = await incidentOf('svwar-options.pcap');
  assert.deepEqual(sipseer.tools, ['sipvicious/svwar']);
  assert.equal(sipseer.stage, 'enumeration');
  assert.equal(sipseer.accounts.count, 47);
  assert.deepEqual(sipseer.accounts.existing, []);
  assert.match(sipseer.reason, /47 accounts/);
});

test('svcrack-1001.pcap: one incident names svcrack, the account and that guesses were read', async () => {
  const { sipseer } = await incidentOf('svcrack-1001.pcap');
  assert.deepEqual(sipseer.tools, ['sipvicious/svcrack']);
  assert.equal(sipseer.class, 'bruteforce');
  assert.equal(sipseer.stage, 'credential-attack');
  assert.equal(sipseer.severity, 'high');
  assert.deepEqual(sipseer.targets, { count: 1, sample: [REGISTRAR] });
  assert.deepEqual(sipseer.accounts.sample, ['1001']);
  assert.equal(sipseer.rejected_credentials, 202);
  assert.equal(sipseer.spoofable, false, 'it echoed nonces, so its address is its own');
  assert.match(sipseer.reason, /10\.77\.0\.10: 202 were rejected for 1001/);
  const guess = sipseer.facts.find(({ name }) => name === 'password_guess');
  assert.equal(guess?.value, '[redacted]');
});

test('nothing of a guess of svcrack is in its events, neither as text nor in hex', async () => {
  const { text } = await replayed([join(originFolder('lab'), 'svcrack-1001.pcap')]);
  assert.doesNotMatch(text, /1001:\d/);
  assert.doesNotMatch(text, /313030313a/i);
  assert.doesNotMatch(text, /response=\\?"(?!\[redacted\])/);
});

test('nmap is named by its service probe and by its script', async () => {
  const version = await incidentOf('nmap-version.pcap');
  assert.match(version.sipseer.tools!.join(), /^nmap\//);
  assert.equal(version.sipseer.class, 'scan');
  const methods = await incidentOf('nmap-sip-methods.pcap');
  assert.match(methods.sipseer.tools!.join(), /^nmap\//);
  assert.notDeepEqual(version.sipseer.tools, methods.sipseer.tools);
});

test('the empty datagrams of an nmap port scan are found', async () => {
  const { sipseer } = await incidentOf('nmap-udp.pcap');
  assert.deepEqual(sipseer.rules, ['SIP-BEHAV-002']);
  assert.equal(sipseer.targets.count, 5);
  assert.match(sipseer.reason, /empty datagrams/);
});

test('sipsak is a tool, not an attack', async () => {
  const { sipseer } = await incidentOf('sipsak.pcap');
  assert.deepEqual(sipseer.tools, ['sipsak']);
  assert.equal(sipseer.class, 'survey');
  assert.equal(sipseer.severity, 'info');
});
