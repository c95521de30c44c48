import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mark } from '../../src/detect/sources/marked-set.js';
import { LIST_LIMIT } from '../../src/http/routes/api-routes.js';
import { parseAddress } from '../../src/wire/address.js';
import {
  captureOf,
  incidentOf,
  readingsOf,
  reloadOf,
  sensorOf,
  sourceOf,
} from '../support/readings.js';
import { START } from '../support/sensor-run.js';
import { ask, serve } from '../support/web.js';

// biome-ignore lint/suspicious/noExplicitAny: what the API gives is looked at key by key
type Json = any;

async function data(url: string, target: string): Promise<Json> {
  const { status, headers, body } = await ask(url, target);
  assert.equal(status, 200, body);
  assert.equal(headers['content-type'], 'application/json');
  const answer = JSON.parse(body);
  assert.equal(answer.status, 'success');
  return answer.data;
}

async function refusal(url: string, target: string): Promise<[number, Json]> {
  const { status, body } = await ask(url, target);
  const answer = JSON.parse(body);
  assert.equal(answer.status, 'error');
  return [status, answer];
}

const SOURCES = [
  sourceOf(parseAddress('198.51.100.7')!, 5),
  sourceOf(parseAddress('2001:db8::1')!, 50),
  sourceOf(parseAddress('198.51.100.9')!, 20),
];
const [first, second] = SOURCES as [(typeof SOURCES)[0], (typeof SOURCES)[0]];
first.lastSeen = START + 60;
first.suspicion = 2;
first.tlsConnections = 3;
first.accounts.mark('100', Mark.Tried, 10);
first.accounts.mark('101:secret', Mark.Tried, 10);
first.targets.mark(parseAddress('203.0.113.5')!, Mark.Tried | Mark.Answered, 10);
second.guesses = 3;

const OPEN = [
  incidentOf('aaaa', { severity: 'low' }, { source: first.address }),
  incidentOf('bbbb', { severity: 'critical' }, { source: second.address }),
  incidentOf(
    'cccc',
    { severity: 'critical' },
    { source: parseAddress('192.0.2.1')!, time: START + 9 },
  ),
  incidentOf('nnnn', { severity: 'medium', actor: 'network' }, { source: first.address }),
];

const readings = readingsOf({ sensor: sensorOf({ sources: SOURCES, open: OPEN }) });

test('sources are listed by what is asked for, with how many there are', async (t) => {
  const { url } = await serve(t, { readings });
  const order = async (query: string) => {
    const { total, sources } = await data(url, `/api/v1/sources${query}`);
    assert.equal(total, 3);
    return sources.map(({ address }: Json) => address);
  };
  assert.deepEqual(await order(''), ['2001:db8::1', '198.51.100.9', '198.51.100.7']);
  assert.deepEqual(await order('?limit=1&sort=last_seen'), ['198.51.100.7']);
  assert.deepEqual(await order('?sort=rejected_credentials&limit=1'), ['2001:db8::1']);
  assert.deepEqual(await order('?limit=1&sort=accounts'), ['198.51.100.7']);
});

test('one source is shown with its incident, and a password in an account name is not', async (t) => {
  const { url } = await serve(t, { readings });
  const source = await data(url, '/api/v1/sources/198.51.100.7');
  assert.deepEqual(source, {
    address: '198.51.100.7',
    first_seen: '2026-01-15T12:00:00.000000+0000',
    last_seen: '2026-01-15T12:01:00.000000+0000',
    requests: 5,
    empty_datagrams: 0,
    bare_connections: 0,
    tls_connections: 3,
    contacts: 5,
    replies: 0,
    rejected_credentials: 0,
    return_path: false,
    incident_id: 'aaaa',
    incidents: ['nnnn', 'aaaa'],
    targets: {
      count: 1,
      answered: 0,
      open: 0,
      accepted: 0,
      overflow: 0,
      sample: ['203.0.113.5'],
    },
    accounts: {
      count: 2,
      accepted: 0,
      overflow: 0,
      sample: ['100', '101:[redacted]'],
      existing: [],
    },
  });
  for (const name of ['2001:db8::1', '[2001:DB8::1]', '%5B2001%3adb8::1%5D']) {
    assert.equal((await data(url, `/api/v1/sources/${name}`)).address, '2001:db8::1', name);
  }
  assert.equal((await refusal(url, '/api/v1/sources/192.0.2.77'))[0], 404);
  assert.equal((await refusal(url, '/api/v1/sources/alice'))[0], 400);
});

test('incidents are listed with the gravest first, and of these the latest', async (t) => {
  const { url } = await serve(t, { readings });
  const ids = async (query: string) => {
    const { incidents } = await data(url, `/api/v1/incidents${query}`);
    return incidents.map((incident: Json) => incident.incident_id);
  };
  assert.deepEqual(await ids(''), ['cccc', 'bbbb', 'nnnn', 'aaaa']);
  assert.deepEqual(await ids('?min_severity=high&state=open'), ['cccc', 'bbbb']);
  assert.deepEqual(await ids('?limit=1'), ['cccc']);
});

test('an incident has what its events have, and the addresses', async (t) => {
  const { url } = await serve(t, { readings });
  const incident = await data(url, '/api/v1/incidents/bbbb');
  assert.equal(incident.src_ip, '2001:db8::1');
  assert.equal(incident.dest_ip, '203.0.113.5');
  assert.equal(incident.state, 'open');
  assert.equal(incident.severity, 'critical');
  assert.equal(incident.reason, 'it was seen');
  assert.equal(incident.rejected_credentials, 3);
  assert.deepEqual(incident.evidence, { packets: ['eth1:7'] });
  assert.equal(incident.alert_id, undefined, 'it is a view, and no alert');
  const [status, { errorType }] = await refusal(url, '/api/v1/incidents/dddd');
  assert.deepEqual([status, errorType], [404, 'not_found']);
});

test('an incident says whom it is about, how it got there, and how sure that is', async (t) => {
  const { url } = await serve(t, { readings });
  const { actor, sources, confidence_reasons, raised } = await data(url, '/api/v1/incidents/nnnn');
  assert.deepEqual(actor, { kind: 'network', name: '198.51.100.0/24' });
  assert.deepEqual(sources, { count: 1, sample: ['198.51.100.7'] });
  assert.equal(confidence_reasons.length, 1);
  assert.equal(raised, undefined, 'it is a view: nothing rises');
});

test('sources are ranked by all contacts too', async (t) => {
  const { url } = await serve(t, { readings });
  const { sources } = await data(url, '/api/v1/sources?sort=contacts&limit=1');
  assert.equal(sources[0].address, '2001:db8::1');
});

test('only a single incident shows the message that decided', async (t) => {
  const message = Buffer.from(
    'OPTIONS sip:100@203.0.113.5 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKx\r\nTo: <sip:100@203.0.113.5>\r\nFrom: <sip:100@203.0.113.5>;tag=1\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n\r\n',
  );
  const open = [incidentOf('aaaa', {}, { message })];
  const { url } = await serve(t, { readings: readingsOf({ sensor: sensorOf({ open }) }) });
  const { incidents } = await data(url, '/api/v1/incidents');
  assert.deepEqual(Object.keys(incidents[0].evidence), ['packets']);
  const { evidence } = await data(url, '/api/v1/incidents/aaaa');
  assert.equal(evidence.message.method, 'OPTIONS');
});

test('a filter that cannot be followed is refused, and never ignored', async (t) => {
  const { url } = await serve(t, { readings });
  const cases: [string, RegExp][] = [
    ['/api/v1/incidents?state=closed', /^state must be one of open$/],
    ['/api/v1/incidents?min_severity=grave', /^min_severity must be one of info, low, medium/],
    ['/api/v1/incidents?limit=0', /^limit must be from 1 to 500$/],
    [`/api/v1/sources?limit=${LIST_LIMIT + 1}`, /^limit must be from 1 to 500$/],
    ['/api/v1/sources?limit=-1', /^limit must be/],
    ['/api/v1/sources?limit=1e3', /^limit must be/],
    ['/api/v1/sources?sort=name', /^sort must be one of requests, contacts, last_seen/],
    ['/api/v1/sources?order=requests', /^unknown parameter "order"; known: limit, sort$/],
    ['/api/v1/status?verbose', /^unknown parameter "verbose"; known: none$/],
  ];
  for (const [target, says] of cases) {
    const [status, { error, errorType }] = await refusal(url, target);
    assert.equal(status, 400, target);
    assert.equal(errorType, 'bad_data');
    assert.match(error, says);
  }
});

test('the status names what is wrong and leaves out what is not known', async (t) => {
  const sensor = sensorOf({
    visibility: {
      conditions: () => [
        { name: 'one_way', since: START, text: 'no reply of any server was seen' },
      ],
    },
  });
  const status = readingsOf({
    sensor,
    captures: () => [
      captureOf({ state: 'link-down', problem: 'the link is down; plug it in', pid: undefined }),
    ],
    reload: () => reloadOf({ successful: false, problems: ['a.yaml:3: unknown key'] }),
    lag: () => 1.5,
  });
  status.counters.fragmentsTimedOut = 3;
  const { url } = await serve(t, { readings: status });
  const shown = await data(url, '/api/v1/status');
  assert.equal(shown.version, '1.2.3');
  assert.equal(shown.ready, true);
  assert.equal(shown.lag_seconds, 1.5);
  assert.deepEqual(shown.conditions, [
    {
      name: 'one_way',
      since: '2026-01-15T12:00:00.000000+0000',
      text: 'no reply of any server was seen',
    },
  ]);
  assert.deepEqual(shown.losses, [
    '3 datagrams stayed incomplete: some of their fragments are missing',
  ]);
  assert.deepEqual(shown.reload.problems, ['a.yaml:3: unknown key']);
  const [capture] = shown.captures;
  assert.equal(capture.problem, 'the link is down; plug it in');
  assert.equal('pid' in capture, false);
  assert.equal('last_packet' in capture, false);
  assert.equal('snapshot' in shown, false);
});

test('roles are listed with since when and why; what is declared holds', async (t) => {
  const learned = { role: 'phone', since: START, reason: 'it registers at 203.0.113.5' } as const;
  const declared = { includes: () => true, role: 'dialler', name: 'door', trusted: true } as const;
  const roles = [
    { address: parseAddress('192.0.2.1')!, learned, declared: undefined },
    { address: parseAddress('192.0.2.2')!, learned, declared },
    { address: parseAddress('192.0.2.3')!, learned: { ...learned, role: 'trunk' }, declared },
  ] as const;
  const sensor = sensorOf({ sources: [] });
  const observer = { ...sensor.observer, roles: { all: () => roles } };
  const { url } = await serve(t, { readings: readingsOf({ sensor: { ...sensor, observer } }) });
  const all = await data(url, '/api/v1/roles');
  assert.equal(all.total, 3);
  assert.deepEqual(all.roles[0], {
    address: '192.0.2.1',
    role: 'phone',
    learned: { role: 'phone', since: '2026-01-15T12:00:00.000000+0000', reason: learned.reason },
  });
  assert.equal(all.roles[1].role, 'dialler');
  assert.deepEqual(all.roles[1].declared, { role: 'dialler', name: 'door', trusted: true });
  const trunks = await data(url, '/api/v1/roles?role=trunk&limit=1');
  assert.deepEqual([trunks.total, trunks.roles[0].address], [1, '192.0.2.3']);
  assert.equal((await refusal(url, '/api/v1/roles?role=boss'))[0], 400);
});
