import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Mark } from '../../src/detect/sources/marked-set.js';
import { html } from '../../src/http/html.js';
import { parseAddress } from '../../src/wire/address.js';
import { captureOf, incidentOf, readingsOf, sensorOf, sourceOf } from '../support/readings.js';
import { START } from '../support/sensor-run.js';
import { ask, serve } from '../support/web.js';

const HOSTILE = `<script>alert(1)</script>"' onload=x \u001b[2J\r\nSet-Cookie: a=b\u202e&lt;`;

test('nothing put into HTML can end the text or the attribute it stands in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = html`${text}`.text;
      assert.doesNotMatch(written, /[<>"']/);
      const back = written.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => {
        const plain: Record<string, string> = {
          '&lt;': '<',
          '&gt;': '>',
          '&quot;': '"',
          '&#39;': "'",
          '&amp;': '&',
        };
        return plain[entity]!;
      });
      assert.equal(back, text);
    }),
  );
});

test('the page shows captures, what is missing, incidents, sources and the other pages', async (t) => {
  const source = sourceOf(parseAddress('198.51.100.7')!, 1234);
  const sensor = sensorOf({
    sources: [source],
    open: [
      incidentOf('abcd', { severity: 'high' }, { reason: ['It guessed passwords'] }),
      incidentOf('efgh', { actor: 'network' }),
      incidentOf('ijkl', { severity: 'info', class: 'hygiene' }),
    ],
    visibility: {
      conditions: () => [{ name: 'drops', since: START, text: 'packets are lost' }],
    },
  });
  const captures = () => [
    captureOf({ frames: 9876, lastFrameAt: START }),
    captureOf({ interface: 'eth2', state: 'gone', problem: 'there is no eth2' }),
  ];
  const { url } = await serve(t, { readings: readingsOf({ sensor, captures }) });
  const { status, headers, body } = await ask(url, '/');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  for (const part of [
    'Version 1.2.3',
    'eth1 (tcpdump)',
    '9,876',
    'there is no eth2',
    '<b class="bad">drops</b> since 2026-01-15 12:00:00: packets are lost',
    '<a href="/api/v1/incidents/abcd">It guessed passwords</a>',
    '<a href="/api/v1/sources/198.51.100.7">198.51.100.7</a>',
    '1,234',
    '198.51.100.0/24 (1 address)',
    '<td>hygiene</td>',
    '<a href="/metrics">/metrics</a>',
    '<a href="/-/ready">/-/ready</a>',
    '<code>POST /-/reload</code>',
  ]) {
    assert.ok(body.includes(part), part);
  }
});

test('what comes from the wire stays text on every page', async (t) => {
  const source = sourceOf(parseAddress('198.51.100.7')!, 5);
  source.suspicion = 2;
  source.accounts.mark(HOSTILE, Mark.Tried | Mark.Accepted, 10);
  const message = Buffer.from(
    `REGISTER sip:203.0.113.5 SIP/2.0\r\nUser-Agent: ${HOSTILE}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: <script>\r\nCSeq: 1 REGISTER\r\nVia: SIP/2.0/UDP a\r\n\r\n`,
  );
  const incident = incidentOf(
    'abcd',
    {},
    {
      source: source.address,
      message,
      reason: [HOSTILE, ' tried ', { place: 'accounts' }],
      facts: [{ name: 'agent', value: HOSTILE }],
    },
  );
  const sensor = sensorOf({ sources: [source], open: [incident] });
  const captures = () => [captureOf({ interface: '<b>x', problem: HOSTILE, warnings: [HOSTILE] })];
  const { url } = await serve(t, { readings: readingsOf({ sensor, captures }) });
  const page = await ask(url, '/');
  assert.doesNotMatch(page.body, /<script|<b>x|["'] onload/);
  assert.match(page.body, /&lt;script&gt;/);
  for (const path of [
    '/',
    '/api/v1/sources',
    '/api/v1/sources/198.51.100.7',
    '/api/v1/incidents',
    '/api/v1/incidents/abcd',
    '/api/v1/status',
    '/metrics',
    `/${encodeURIComponent(HOSTILE)}`,
    `/api/v1/${encodeURIComponent(HOSTILE)}`,
    `/api/v1/sources?${encodeURIComponent(HOSTILE)}=1`,
  ]) {
    const { headers, body } = await ask(url, path);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(body, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/, path);
    assert.equal(headers['set-cookie'], undefined);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    if (path !== '/') assert.doesNotMatch(headers['content-type'] ?? '', /html/);
  }
});

test('the page may load nothing and run nothing, and its style is the one that is allowed', async (t) => {
  const { url } = await serve(t);
  const { headers, body } = await ask(url, '/');
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(body) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  assert.equal(
    headers['content-security-policy'],
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  assert.doesNotMatch(body, /style=|<script|<img|<form|https?:/);
});
