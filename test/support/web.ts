import { type IncomingHttpHeaders, request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { CONNECTION_LIMITS, type ConnectionLimits } from '../../src/http/connection-limits.js';
import type { WebServices } from '../../src/http/route.js';
import { WebServer, type WebServerOptions } from '../../src/http/web-server.js';
import { Metrics } from '../../src/metrics/metrics.js';
import type { Readings } from '../../src/metrics/readings.js';
import { readingsOf, reloadOf } from './readings.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls?: ConnectionOptions;
}

/** One request on a connection of its own; the target is sent as it stands. */
export function ask(url: string, target: string, options: Ask = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body, tls = {} } = options;
  const { protocol, hostname, port } = new URL(url);
  const make = protocol === 'https:' ? tlsRequest : request;
  return new Promise((resolve, reject) => {
    const sent = make(
      {
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        path: target,
        method,
        headers,
        agent: false,
        ...tls,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends bytes as they are; gives all that came back once the server ended the connection. */
export function talk(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''), () =>
      socket.write(bytes),
    );
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

export interface Served {
  readonly server: WebServer;
  /** The first address. */
  readonly url: string;
  readonly warnings: readonly string[];
}

/** A server on a free port of 127.0.0.1, closed when the test ends. */
export async function serve(
  test: TestContext,
  {
    readings = readingsOf(),
    services = {},
    limits = {},
    ...options
  }: Partial<Omit<WebServerOptions, 'services' | 'warn'>> & {
    readonly readings?: Readings;
    readonly services?: Partial<WebServices>;
    readonly limits?: Partial<ConnectionLimits>;
  } = {},
): Promise<Served> {
  const warnings: string[] = [];
  const server = new WebServer(
    {
      listenAddresses: ['127.0.0.1:0'],
      configFile: undefined,
      services: {
        readings,
        metrics: new Metrics(readings),
        telemetryPath: '/metrics',
        lifecycle: false,
        reload: () => Promise.resolve(reloadOf()),
        ...services,
      },
      warn: (message) => warnings.push(message),
      ...options,
    },
    { ...CONNECTION_LIMITS, ...limits },
  );
  test.after(() => server.close());
  await server.start();
  return { server, url: server.urls()[0]!, warnings };
}
