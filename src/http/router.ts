import { didYouMean } from '../documents/problem.js';
import { printable } from '../incident/printable.js';
import { type Answer, apiError, textAnswer } from './answer.js';
import type { PageRequest, Route, Urgency, WebServices } from './route.js';
import { API_ROUTES } from './routes/api-routes.js';
import { landingRoute } from './routes/landing-route.js';
import { MANAGEMENT_ROUTES } from './routes/management-routes.js';
import { metricsRoute } from './routes/metrics-route.js';

/** All routes. A telemetry path that is another route's takes its place. */
export function routeTable(telemetryPath: string): readonly Route[] {
  const metrics = metricsRoute(telemetryPath);
  const others = [...MANAGEMENT_ROUTES, ...API_ROUTES].filter(({ path }) => path !== telemetryPath);
  const listed = [metrics, ...others];
  return telemetryPath === '/' ? listed : [landingRoute(listed), ...listed];
}

/** Finds the route of a request. HEAD is answered as GET; the body is left out when it is sent. */
export class Router {
  private readonly routes: readonly Route[];
  private readonly services: WebServices;

  constructor(services: WebServices) {
    this.services = services;
    this.routes = routeTable(services.telemetryPath);
  }

  async answer(method: string, target: string, headers: PageRequest['headers']): Promise<Answer> {
    const { path, query } = splitTarget(target);
    const found = this.find(path);
    if (found === undefined) return this.unknown(path);
    const { route, name } = found;
    if ((method === 'HEAD' ? 'GET' : method) !== route.method) return wrongMethod(route, path);
    return await route.answer({ method, name, query, headers }, this.services);
  }

  urgency(target: string): Urgency {
    return this.find(splitTarget(target).path)?.route.urgency ?? 'ordinary';
  }

  private find(path: string): { route: Route; name: string } | undefined {
    for (const route of this.routes) {
      if (route.path === path) return { route, name: '' };
      const stem = stemOf(route);
      if (stem === undefined || !path.startsWith(stem)) continue;
      const name = decoded(path.slice(stem.length));
      if (name !== undefined && name !== '' && !name.includes('/')) return { route, name };
    }
    return undefined;
  }

  private unknown(path: string): Answer {
    const paths = this.routes.map((route) => route.path);
    const hint = didYouMean(path.slice(0, 64), paths);
    const text = `there is nothing at ${printable(path, 80)}${hint}; / lists all pages`;
    return path.startsWith('/api/') ? apiError('not_found', text) : textAnswer(404, text);
  }
}

function wrongMethod({ method }: Route, path: string): Answer {
  const allow = method === 'GET' ? 'GET, HEAD' : method;
  const headers = { Allow: allow };
  const text = `this page answers to ${allow} only`;
  return path.startsWith('/api/')
    ? { ...apiError('bad_data', text), status: 405, headers }
    : textAnswer(405, text, headers);
}

/** `/path/` of a route `/path/NAME`. */
function stemOf({ path }: Route): string | undefined {
  return /^(.*\/)[A-Z]+$/.exec(path)?.[1];
}

/** Also in the absolute form, which a server must understand (RFC 9112 §3.2.2). */
function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const relative = target.replace(/^https?:\/\/[^/?]*/i, '');
  const at = relative.indexOf('?');
  const path = at === -1 ? relative : relative.slice(0, at);
  return {
    path: path === '' ? '/' : path,
    query: new URLSearchParams(at === -1 ? '' : relative.slice(at + 1)),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
