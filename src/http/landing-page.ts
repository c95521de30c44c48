import type { SourceProfile } from '../detect/sources/source-profile.js';
import type { Alert } from '../incident/alert.js';
import type { Incident } from '../incident/incident.js';
import { printable } from '../incident/printable.js';
import type { CaptureStatus } from '../live/capture-status.js';
import type { Readings, SensorReadings } from '../metrics/readings.js';
import { grouped } from '../outputs/text-layout.js';
import { clockTime } from '../outputs/timestamp.js';
import { reached, whoText } from '../outputs/who.js';
import { addressText } from '../wire/address.js';
import { Html, html } from './html.js';
import { STYLE } from './landing-style.js';
import { notReady } from './readiness.js';
import type { Route } from './route.js';
import { gravestIncidents } from './views/incident-view.js';
import { busiestSources } from './views/source-view.js';

/** Rows of each list; the API gives more. */
const LISTED = 10;

/** The page for people: what runs, what it sees, who is at it, and where to look further. */
export function landingPage(readings: Readings, routes: readonly Route[]): string {
  const { sensor } = readings;
  const incidents = gravestIncidents(sensor, LISTED, 0);
  const sources = busiestSources(sensor, LISTED, 'contacts');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>sipseer</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<h1>sipseer</h1>
<p>Version ${readings.version}. ${readyText(readings)}</p>
<h2>Captures</h2>
${table(['Interface', 'State', 'Packets', 'Last packet', ''], readings.captures().map(captureRow))}
<h2>What the sensor cannot see</h2>
${conditionList(sensor)}
<h2>Open incidents: ${grouped(incidents.seen)}</h2>
${table(
  ['Severity', 'Who', 'How far', 'Last seen', 'What'],
  incidents.items.map((incident) => incidentRow(sensor, incident)),
)}
<h2>Busiest sources of ${grouped(sources.seen)}</h2>
${table(
  [
    'Source',
    'Requests and connections',
    'TLS sessions',
    'Targets',
    'Open',
    'Accounts',
    'Rejected credentials',
    'Last seen',
  ],
  sources.items.map(sourceRow),
)}
<h2>Pages</h2>
${table(['Path', 'What it gives'], routes.map(routeRow))}
<p>Times are UTC, as the captured packets tell it.</p>
</body>
</html>
`.text;
}

function readyText(readings: Readings): Html {
  const reason = notReady(readings);
  return reason === undefined
    ? html`<span class="good">Ready.</span>`
    : html`<span class="bad">Not ready: ${shown(reason)}.</span>`;
}

function captureRow(capture: CaptureStatus): Html {
  const { state, problem, warnings, lastFrameAt } = capture;
  const notes = [...(problem === undefined ? [] : [problem]), ...warnings].map(shown).join('; ');
  const look = state === 'up' ? 'good' : 'bad';
  return html`<tr><td>${shown(capture.interface)} (${capture.backend})</td>
<td class="${look}">${state}</td><td class="n">${grouped(capture.frames)}</td>
<td class="n">${lastFrameAt === undefined ? 'none yet' : clockTime(lastFrameAt)}</td>
<td>${notes}</td></tr>`;
}

function conditionList({ visibility }: SensorReadings): Html {
  const conditions = visibility.conditions();
  if (conditions.length === 0) return html`<p>Nothing is known to be missing.</p>`;
  return html`<ul>${conditions.map(
    ({ name, since, text }) =>
      html`<li><b class="bad">${name}</b> since ${clockTime(since)}: ${shown(text)}</li>`,
  )}</ul>`;
}

function incidentRow(sensor: SensorReadings, incident: Incident): Html {
  const alert = sensor.incidents.alertOf(incident);
  const { incidentId, severity, lastSeen, reason } = alert;
  const look = severity === 'critical' || severity === 'high' ? 'bad' : '';
  return html`<tr><td class="${look}">${severity}</td>
<td>${whoCell(alert)}</td><td>${reached(alert)}</td>
<td class="n">${clockTime(lastSeen)}</td>
<td><a href="/api/v1/incidents/${incidentId}">${reason}</a></td></tr>`;
}

/** One address has a page of its own; of many, the incident names them. */
function whoCell(alert: Alert): Html {
  const who = whoText(alert);
  if (alert.actor.kind === 'network' || alert.actor.kind === 'group') return html`${who}`;
  return html`<a href="/api/v1/sources/${alert.sourceIp}">${who}</a>`;
}

function sourceRow(source: SourceProfile): Html {
  const address = addressText(source.address);
  return html`<tr><td><a href="/api/v1/sources/${address}">${address}</a></td>
<td class="n">${grouped(source.contacts)}</td>
<td class="n">${grouped(source.tlsConnections)}</td>
<td class="n">${grouped(source.targets.size)}</td>
<td class="n">${grouped(source.openTargets)}</td>
<td class="n">${grouped(source.accounts.size)}</td>
<td class="n">${grouped(source.guesses)}</td>
<td class="n">${clockTime(source.lastSeen)}</td></tr>`;
}

/** Only what a click can ask for is a link. */
function routeRow({ method, path, about }: Route): Html {
  const linked = method === 'GET' && !/[A-Z]/.test(path);
  const name = linked ? html`<a href="${path}">${path}</a>` : html`<code>${method} ${path}</code>`;
  return html`<tr><td>${name}</td><td>${about}</td></tr>`;
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<p>None.</p>`;
  return html`<table>
<tr>${heads.map((head) => html`<th>${head}</th>`)}</tr>
${rows}
</table>`;
}

/** Texts of the system and of files, as safe to look at as those of the wire already are. */
function shown(text: string): string {
  return printable(text);
}
