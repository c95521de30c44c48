import { LEARNED_ROLES } from '../../detect/hosts/host-evidence.js';
import { SEVERITIES, severityRank } from '../../rules/signature.js';
import { parseAddress } from '../../wire/address.js';
import { type Answer, apiAnswer, apiError } from '../answer.js';
import { inSlices } from '../in-slices.js';
import { Query, QueryError } from '../query.js';
import type { Route } from '../route.js';
import { gravestIncidents, incidentById, incidentView } from '../views/incident-view.js';
import { learnedRoles, roleView } from '../views/role-view.js';
import { busiestSources, incidentsOf, SOURCE_SORTS, sourceView } from '../views/source-view.js';
import { statusView } from '../views/status-view.js';

/** Longest list that is given in one answer. */
export const LIST_LIMIT = 500;

const ROLES = ['any', ...LEARNED_ROLES] as const;

/** What metrics must not tell: addresses, accounts, reasons. */
export const API_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/status',
    about: 'captures, what the sensor cannot see, tables, last reload',
    answer: ({ query }, { readings }) =>
      answered(query, (params) => {
        params.end();
        return apiAnswer(statusView(readings));
      }),
  },
  {
    method: 'GET',
    path: '/api/v1/sources',
    urgency: 'list',
    about: `the busiest sources; limit=20 (to ${LIST_LIMIT}), sort=${SOURCE_SORTS.join('|')}`,
    answer: ({ query }, { readings: { sensor } }) =>
      answered(query, async (params) => {
        const limit = params.count('limit', 20, LIST_LIMIT);
        const sort = params.oneOf('sort', SOURCE_SORTS, 'requests');
        params.end();
        const { items, seen } = busiestSources(sensor, limit, sort);
        const sources = await inSlices(items, (source) =>
          sourceView(source, incidentsOf(sensor, source.address)),
        );
        return apiAnswer({ total: seen, sources });
      }),
  },
  {
    method: 'GET',
    path: '/api/v1/sources/ADDRESS',
    about: 'one source',
    answer: ({ query, name }, { readings: { sensor } }) =>
      answered(query, (params) => {
        params.end();
        const address = parseAddress(name);
        if (address === undefined) {
          return apiError(
            'bad_data',
            'give an IPv4 or IPv6 address, such as 192.0.2.1 or 2001:db8::1',
          );
        }
        const source = sensor.observer.sources.find(address);
        if (source === undefined) {
          return apiError('not_found', 'no SIP request of this address was seen lately');
        }
        return apiAnswer(sourceView(source, incidentsOf(sensor, address)));
      }),
  },
  {
    method: 'GET',
    path: '/api/v1/roles',
    urgency: 'list',
    about: `what hosts are, and why; limit=100 (to ${LIST_LIMIT}), role=${ROLES.join('|')}`,
    answer: ({ query }, { readings: { sensor } }) =>
      answered(query, async (params) => {
        const limit = params.count('limit', 100, LIST_LIMIT);
        const role = params.oneOf('role', ROLES, 'any');
        params.end();
        const { items, seen } = learnedRoles(sensor, limit, role);
        return apiAnswer({ total: seen, roles: await inSlices(items, roleView) });
      }),
  },
  {
    method: 'GET',
    path: '/api/v1/incidents',
    urgency: 'list',
    about: `open incidents, the gravest first; limit=100 (to ${LIST_LIMIT}), min_severity=${SEVERITIES.join('|')}, state=open`,
    answer: ({ query }, { readings: { sensor } }) =>
      answered(query, async (params) => {
        const limit = params.count('limit', 100, LIST_LIMIT);
        const minSeverity = params.oneOf('min_severity', SEVERITIES, 'info');
        // Closed incidents are in the events, and not kept here.
        params.oneOf('state', ['open'], 'open');
        params.end();
        const { items, seen } = gravestIncidents(sensor, limit, severityRank(minSeverity));
        const incidents = await inSlices(items, (incident) =>
          incidentView(sensor, incident, false),
        );
        return apiAnswer({ total: seen, incidents });
      }),
  },
  {
    method: 'GET',
    path: '/api/v1/incidents/ID',
    about: 'one open incident, with the message that decided',
    answer: ({ query, name }, { readings: { sensor } }) =>
      answered(query, (params) => {
        params.end();
        const incident = incidentById(sensor, name);
        return incident === undefined
          ? apiError('not_found', 'no open incident has this id; closed ones are in the events')
          : apiAnswer(incidentView(sensor, incident, true));
      }),
  },
];

/** The answer that `give` makes, or what is wrong with the query. */
async function answered(
  query: URLSearchParams,
  give: (params: Query) => Answer | Promise<Answer>,
): Promise<Answer> {
  try {
    return await give(new Query(query));
  } catch (error) {
    if (error instanceof QueryError) return apiError('bad_data', error.message);
    throw error;
  }
}
