import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type ListenAddress, parseListenAddress } from '../config/listen-address.js';
import { namesOfThisMachine } from './browser-guard.js';
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  httpOptions,
  refuseGarbage,
} from './connection-limits.js';
import { asksForCertificates, CurrentWebConfig } from './current-web-config.js';
import { Exchange } from './exchange.js';
import { listenError, unreadableAddress } from './listen-error.js';
import type { WebServices } from './route.js';
import { Router } from './router.js';
import { clientIsAllowed, type TlsSettings } from './tls-settings.js';

export interface WebServerOptions {
  readonly listenAddresses: readonly string[];
  /** A file in the format that Prometheus and its exporters share; undefined: plain HTTP. */
  readonly configFile: string | undefined;
  readonly services: WebServices;
  /** Told what is wrong while it runs; clients can cause some of it, so it must fold repeats. */
  readonly warn: (message: string) => void;
}

/** After so long, connections in use are cut when the server ends (milliseconds). */
const CLOSE_PATIENCE = 2_000;

/** Serves metrics, health, the API and a page for people, over HTTP/1.1 with or without TLS. */
export class WebServer {
  private readonly addressTexts: readonly string[];
  private readonly webConfig: CurrentWebConfig;
  private readonly exchange: Exchange;
  private readonly warn: (message: string) => void;
  private readonly limits: ConnectionLimits;
  private readonly servers: Server[] = [];

  /** Throws a WebConfigError or a ListenError when a file or an address is none. */
  constructor(
    { listenAddresses, configFile, services, warn }: WebServerOptions,
    limits = CONNECTION_LIMITS,
  ) {
    this.limits = limits;
    this.addressTexts = listenAddresses;
    this.warn = warn;
    const hosts = listenAddresses.map((text) => readAddress(text).host ?? '');
    this.webConfig = new CurrentWebConfig(configFile, warn);
    this.exchange = new Exchange(
      new Router(services),
      this.webConfig,
      namesOfThisMachine(hosts),
      this.warn,
      limits.answer,
    );
    for (const note of this.webConfig.get().notes) warn(`${configFile}: ${note}`);
  }

  /** Listens on all addresses; rejects with a ListenError, and then listens on none. */
  async start(): Promise<void> {
    try {
      for (const text of this.addressTexts) {
        const server = this.makeServer();
        await listen(server, readAddress(text)).catch((error: unknown) => {
          throw listenError(text, error);
        });
        // Such as too many open files: the next connection may do, and the sensor must go on.
        server.on('error', ({ message }) => this.warn(`a connection was not taken: ${message}`));
        this.servers.push(server);
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Where it listens: `http://127.0.0.1:15060`. */
  urls(): string[] {
    const scheme = this.webConfig.get().tls === undefined ? 'http' : 'https';
    return this.servers.map((server) => {
      const { address, port, family } = server.address() as AddressInfo;
      return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    });
  }

  /** Takes no more connections, and ends those there are, within two seconds. */
  async close(): Promise<void> {
    await Promise.all(this.servers.splice(0).map(closeServer));
    await this.exchange.close();
  }

  private makeServer(): Server {
    const { tls } = this.webConfig.get();
    const server =
      tls === undefined ? createServer(httpOptions(this.limits)) : this.makeTlsServer(tls);
    server.maxConnections = this.limits.connections;
    server.timeout = this.limits.stalled;
    server.on('request', (request, response) => void this.exchange.handle(request, response));
    server.on('clientError', refuseGarbage);
    this.keepRoom(server);
    return server;
  }

  /** Those that only keep a connection open make room for the next, before it comes. */
  private keepRoom(server: Server): void {
    let open = 0;
    server.on('connection', (socket) => {
      if (++open >= this.limits.connections) server.closeIdleConnections();
      socket.once('close', () => open--);
    });
    server.on('drop', () => server.closeIdleConnections());
  }

  private makeTlsServer(tls: TlsSettings): TlsServer {
    let current = tls;
    const server = createTlsServer({
      ...httpOptions(this.limits),
      ...tls.context,
      handshakeTimeout: this.limits.handshake,
      requestCert: asksForCertificates(this.webConfig.get()),
      rejectUnauthorized: false,
    });
    // Before the handshake, so that this very connection sees a renewed certificate.
    server.prependListener('connection', () => {
      const next = this.webConfig.get().tls;
      if (next !== undefined && next !== current) {
        current = next;
        server.setSecureContext(next.context);
      }
    });
    server.prependListener('secureConnection', (socket: TLSSocket) => {
      if (!clientIsAllowed(socket, current)) socket.destroy();
    });
    server.on('tlsClientError', (_, socket) => socket.destroy());
    return server;
  }
}

function readAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === undefined) throw unreadableAddress(text);
  return address;
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE);
    server.close(() => {
      clearTimeout(patience);
      resolve();
    });
    server.closeIdleConnections();
  });
}
