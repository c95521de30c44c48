import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SourceProfile } from '../../src/detect/sources/source-profile.js';
import type { Alert } from '../../src/incident/alert.js';
import { IncidentTracker, type Sources } from '../../src/incident/tracker.js';
import { actorOf } from '../../src/rules/actor.js';
import type { Finding } from '../../src/rules/finding.js';
import type { Signature } from '../../src/rules/signature.js';
import { Counters } from '../../src/telemetry/counters.js';
import { type Address, parseAddress } from '../../src/wire/address.js';
import { findingOf, TrackerRun } from '../support/findings.js';

const address = (text: string): Address => parseAddress(text)!;
const SITE = address('198.51.100.7');
const PBX = address('203.0.113.5');

function networkFinding(last: number, more: Partial<Finding> = {}, severity = 'medium'): Finding {
  const source = (SITE as number) - 7 + last;
  return findingOf({ actor: 'network', severity: severity as 'medium' }, { source, ...more });
}

function groupFinding(source: Address, more: Partial<Finding> = {}): Finding {
  return findingOf(
    { actor: 'group', id: 'G' },
    { source, actor: actorOf('group', 'G', source, PBX, ['203.0.113.5', '1001']), ...more },
  );
}

describe('an incident of a network', () => {
  test('is one for all its sources, which it counts and keeps some of', () => {
    const run = new TrackerRun();
    for (let i = 1; i <= 100; i++) run.tracker.finding(networkFinding(i));
    run.tracker.finish(1);
    const [open, close] = run.alerts as [Alert, Alert];
    assert.equal(run.alerts.length, 2);
    assert.deepEqual(close.actor, { kind: 'network', name: '198.51.100.0/24' });
    assert.equal(open.sources.count, 1);
    assert.ok(Math.abs(close.sources.count - 100) < 20, String(close.sources.count));
    assert.equal(close.sources.sample.length, 10);
    assert.equal(close.sourceIp, '198.51.100.100', 'the source of the latest finding');
  });

  test('joins the numbers of its sources, and fills them into its sentence', () => {
    const run = new TrackerRun();
    const place = (name: string) => ({ place: name });
    const reason = [place('sources'), '|', place('targets'), '|', place('accounts')];
    for (const i of [1, 2]) {
      const finding = networkFinding(i, { reason });
      const profile = run.sources.touch(finding.source, 0);
      profile.requests = 5;
      run.sources.markTarget(profile, PBX, 1);
      run.sources.markAccount(profile, '1001', 1);
      run.sources.markAccount(profile, `200${i}`, 1);
      run.tracker.finding(finding);
    }
    run.tracker.finish(1);
    const close = run.alerts.at(-1)!;
    assert.equal(close.reason, '198.51.100.1, 198.51.100.2|203.0.113.5|1001, 2001, 2002');
    assert.deepEqual([close.count, close.targets.count, close.accounts.count], [10, 1, 3]);
  });

  test('knows the number that its signature counted before it began', () => {
    const run = new TrackerRun();
    const signature = networkFinding(1).signature;
    const count = { distinct: 'source.ip', groupBy: [], windows: [], provided: undefined };
    run.tracker.finding({
      ...networkFinding(1),
      signature: { ...signature, count } as unknown as Signature,
      reached: { count: 20, within: 60 },
    });
    assert.equal(run.alerts[0]?.sources.count, 20);
  });

  test('does not keep more than it can, and says so', () => {
    const run = new TrackerRun();
    for (let i = 0; i < 2000; i++)
      run.tracker.finding(groupFinding(i, { reason: [{ place: 'sources' }] }));
    run.tracker.finish(1);
    const close = run.alerts.at(-1)!;
    assert.match(close.reason, /^about \d+00 addresses \(0\.0\.0\.0, 0\.0\.0\.1, /);
    assert.ok(Math.abs(close.sources.count - 2000) < 400, String(close.sources.count));
  });
});

describe('an incident of a target', () => {
  test('that only informs names the server, and accuses nobody', () => {
    const run = new TrackerRun();
    run.sources.touch(SITE, 0);
    run.tracker.finding(findingOf({ actor: 'target', class: 'hygiene', severity: 'info' }));
    const [alert] = run.alerts as [Alert];
    assert.deepEqual(alert.actor, { kind: 'target', name: '203.0.113.5' });
    assert.equal(alert.sourceIp, '203.0.113.5');
    assert.equal(run.sources.find(SITE)?.suspicion, -1);
    run.tracker.finding(findingOf());
    assert.deepEqual(run.alerts[1]?.related, [], 'who asked has no part in it');
  });

  test('that is attacked is the target of the event', () => {
    const run = new TrackerRun();
    run.tracker.finding(findingOf({ actor: 'target', class: 'flood', severity: 'high' }));
    const [alert] = run.alerts as [Alert];
    assert.deepEqual([alert.sourceIp, alert.targetIp], ['198.51.100.7', '203.0.113.5']);
  });
});

describe('an attacker who has a part in a campaign', () => {
  test('and his own incident name each other, and no alert is made for that', () => {
    const run = new TrackerRun();
    run.tracker.finding(findingOf());
    run.tracker.finding(groupFinding(SITE, { time: 1 }));
    run.tracker.finding(findingOf({ severity: 'high' }, { time: 2 }));
    assert.deepEqual(run.states(), ['open 0', 'open 1', 'update 2']);
    const [own, campaign, later] = run.alerts as [Alert, Alert, Alert];
    assert.deepEqual(own.related, []);
    assert.deepEqual(campaign.related, [own.incidentId]);
    assert.deepEqual(later.related, [campaign.incidentId]);
    run.tracker.finish(3);
    assert.deepEqual(run.alerts.at(-1)?.related, [], 'what has closed is not named');
  });

  test('is reminded of once an hour, and not twice', () => {
    const run = new TrackerRun();
    const [own, campaign] = [findingOf(), groupFinding(SITE)];
    run.tracker.finding(own);
    run.tracker.finding(campaign);
    for (let time = 60; time <= 4000; time += 60) {
      for (const { actor, ...finding } of [own, campaign]) {
        run.tracker.repeated(actor, { ...finding, time }, undefined);
      }
    }
    const updates = run.alerts.filter(({ state }) => state === 'update');
    assert.deepEqual(
      updates.map(({ actor }) => actor.kind),
      ['group'],
    );
  });
});

describe('suspicion', () => {
  test('is that of the gravest incident a source has a part in, as far as that is proved', () => {
    const run = new TrackerRun();
    const suspicion = () => run.sources.find(SITE)?.suspicion;
    run.sources.touch(SITE, 0);
    run.tracker.finding(findingOf({ severity: 'low' }));
    assert.equal(suspicion(), 1);
    run.tracker.finding(networkFinding(7, {}, 'high'));
    assert.equal(suspicion(), 1, 'anybody may have forged it');
    run.tracker.finding(networkFinding(7, { proof: { given: true } }, 'critical'));
    assert.equal(suspicion(), 4);
    run.tracker.finish(1);
    assert.equal(suspicion(), -1);
  });
});

/** A tracker for which an address is a site of several devices. */
class SiteRun {
  readonly alerts: Alert[] = [];
  readonly handsets = new Map<number, SourceProfile>();
  readonly site = new SourceProfile(SITE, 0);
  readonly tracker: IncidentTracker;

  constructor() {
    const sources: Sources = {
      find: () => this.site,
      accuse: (profile, suspicion) => {
        profile.suspicion = suspicion;
      },
      handset: (_, port) => this.handsets.get(port),
    };
    this.site.requests = 1000;
    this.tracker = new IncidentTracker(
      sources,
      new Counters(),
      () => [],
      (alert) => this.alerts.push(alert),
    );
  }

  finding(sourcePort: number, more: Partial<Finding> = {}): void {
    const profile = new SourceProfile(SITE, 0);
    profile.requests = 12;
    this.handsets.set(sourcePort, profile);
    this.tracker.finding(findingOf({}, { sourcePort, reason: ['198.51.100.7 did it'], ...more }));
  }
}

const REGISTER = Buffer.from(
  'REGISTER sip:203.0.113.5 SIP/2.0\r\nUser-Agent: Desk 4\r\nContact: <sip:1001@192.168.1.20:5062>\r\n\r\n',
);

describe('one bad device behind an address that many share', () => {
  test('is accused with its port, contact and numbers, and the site is not', () => {
    const run = new SiteRun();
    run.finding(40312, { message: REGISTER });
    const [alert] = run.alerts as [Alert];
    assert.deepEqual(alert.actor, { kind: 'handset', name: '198.51.100.7:40312' });
    assert.equal(alert.reason, '198.51.100.7:40312 did it');
    assert.deepEqual([alert.sourceIp, alert.sourcePort, alert.count], ['198.51.100.7', 40312, 12]);
    assert.deepEqual(alert.handset, {
      contact: 'sip:1001@192.168.1.20:5062',
      userAgent: 'Desk 4',
    });
    assert.equal(run.site.suspicion, -1);
  });

  test('goes on by its own port', () => {
    const run = new SiteRun();
    run.finding(40312);
    const again = (sourcePort: number) => {
      const finding = findingOf({}, { sourcePort, time: 10 });
      return run.tracker.repeated(finding.actor, finding, undefined);
    };
    assert.deepEqual([again(40312), again(50000)], [true, false]);
  });

  test('whose port changes all the time makes no endless incidents', () => {
    const run = new SiteRun();
    for (let port = 40_000; port < 40_500; port++) run.finding(port);
    const kinds = run.alerts.map(({ actor }) => actor.kind);
    assert.equal(kinds.filter((kind) => kind === 'handset').length, 8);
    assert.equal(kinds.filter((kind) => kind === 'site').length, 1);
    const { actor, reason, sources } = run.alerts.at(-1)!;
    assert.deepEqual(actor, { kind: 'site', name: '198.51.100.7' });
    assert.equal(reason, 'A device behind 198.51.100.7 did it');
    assert.equal(sources.count, 1);
    run.finding(40_003, { time: 5 });
    assert.equal(run.alerts.length, 9, 'what has an incident keeps it');
  });
});
