import type { Socket } from 'node:net';

/** What one connection may cost (milliseconds, bytes). */
export interface ConnectionLimits {
  readonly connections: number;
  readonly headerBytes: number;
  /** Until the headers of a request, all of it, and a TLS handshake are there. */
  readonly headers: number;
  readonly request: number;
  readonly handshake: number;
  /** Without a request, and without a byte of an answer taken. */
  readonly idle: number;
  readonly stalled: number;
  /** Until all of an answer is taken. */
  readonly answer: number;
  /** How often the first two are looked at. */
  readonly check: number;
}

/** A client that says nothing, or never ends what it says, is let go. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  connections: 100,
  headerBytes: 8192,
  headers: 10_000,
  request: 15_000,
  handshake: 10_000,
  idle: 90_000,
  stalled: 30_000,
  answer: 60_000,
  check: 2_000,
};

/** The same in the words of node:http. */
export function httpOptions(limits: ConnectionLimits) {
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.idle,
    connectionsCheckingInterval: limits.check,
  };
}

/** What is not HTTP, too long or too slow gets one line and an end. */
export function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  const status = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  }[error.code ?? ''];
  if (socket.writable) {
    socket.end(`HTTP/1.1 ${status ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
  }
  socket.destroySoon();
}
