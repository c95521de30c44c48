import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { type Answer, apiError, textAnswer } from './answer.js';
import { BasicAuth } from './basic-auth.js';
import { hostProblem } from './browser-guard.js';
import type { CurrentWebConfig } from './current-web-config.js';
import { Pipelines } from './pipelines.js';
import { type RateLimit, TokenBucket } from './rate-limit.js';
import type { Router } from './router.js';
import { Turns } from './turns.js';
import { UnsentAnswers } from './unsent-answers.js';
import { NO_WEB_CONFIG, type WebConfig } from './web-config.js';

/** No page takes a body; so much of one is read and thrown away (bytes). */
const BODY_LIMIT = 1024;

/** Answers hold for the moment only, and are what they say they are. */
const COMMON_HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** One request to one answer: who may ask, what is asked, and how it is sent. */
export class Exchange {
  private readonly router: Router;
  private readonly webConfig: CurrentWebConfig;
  private readonly ownNames: ReadonlySet<string>;
  private readonly warn: (message: string) => void;
  private readonly auth = new BasicAuth();
  private readonly turns = new Turns();
  private readonly pipelines = new Pipelines();
  private readonly unsent: UnsentAnswers;
  private bucket: { limit: RateLimit; tokens: TokenBucket } | undefined;

  constructor(
    router: Router,
    webConfig: CurrentWebConfig,
    ownNames: ReadonlySet<string>,
    warn: (message: string) => void,
    patience: number,
  ) {
    this.router = router;
    this.webConfig = webConfig;
    this.ownNames = ownNames;
    this.warn = warn;
    this.unsent = new UnsentAnswers(patience);
  }

  /** Never rejects: a fault of ours is told in the log, and the client gets a 500. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const tooLong = discardBody(request);
    if (!(await this.pipelines.turn(request.socket, response))) return;
    let answer: Answer;
    let headers: WebConfig['headers'] = NO_WEB_CONFIG.headers;
    try {
      headers = this.webConfig.recent().headers;
      answer = tooLong
        ? textAnswer(413, 'no page here takes a body', { Connection: 'close' })
        : await this.answer(request, response);
    } catch (error) {
      this.warn(`a request could not be answered: ${error instanceof Error ? error.stack : error}`);
      answer = textAnswer(500, 'internal error; the log of sipseer says more');
    }
    this.send(response, answer, headers);
  }

  close(): Promise<void> {
    return this.auth.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const refused = await this.refusal(request);
    if (refused !== undefined) return refused;
    const { method = '', url = '/', headers } = request;
    const urgency = this.router.urgency(url);
    await this.turns.next(urgency === 'pressing');
    if (urgency === 'list' && !this.unsent.beginList(response)) return tooManyLists(url);
    return await this.router.answer(method, url, headers);
  }

  /** Why the request is not even looked at, or undefined. */
  private async refusal(request: IncomingMessage): Promise<Answer | undefined> {
    if (!this.isWithinRate(this.webConfig.recent().rateLimit)) {
      return textAnswer(429, 'too many requests (rate_limit)', { 'Retry-After': '1' });
    }
    const { host, authorization } = request.headers;
    const strange = hostProblem(host, request.socket.localAddress, this.ownNames);
    if (strange !== undefined) return textAnswer(421, strange);
    const { users } = this.webConfig.get();
    if (users.size === 0) return undefined;
    const verdict = await this.auth.verdict(authorization, users, request.socket.remoteAddress);
    if (verdict === 'allowed') return undefined;
    return verdict === 'busy'
      ? textAnswer(503, 'too many passwords are being checked', { 'Retry-After': '5' })
      : textAnswer(401, 'Unauthorized', { 'WWW-Authenticate': 'Basic realm="sipseer"' });
  }

  private send(response: ServerResponse, answer: Answer, headers: WebConfig['headers']): void {
    const bytes = Buffer.byteLength(answer.body);
    this.unsent.add(response, bytes);
    response.writeHead(answer.status, {
      ...COMMON_HEADERS,
      'Content-Type': answer.type,
      'Content-Length': bytes,
      ...answer.headers,
      ...headers,
    });
    response.end(answer.body);
  }

  private isWithinRate(limit: RateLimit | undefined): boolean {
    if (limit === undefined) return true;
    const now = performance.now() / 1000;
    if (this.bucket?.limit !== limit) {
      this.bucket = { limit, tokens: new TokenBucket(limit, now) };
    }
    return this.bucket.tokens.take(now);
  }
}

/** Reads a short body away; true when it is said to be longer. One that grows longer is cut off. */
function discardBody(request: IncomingMessage): boolean {
  let received = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > BODY_LIMIT) request.socket.destroy();
  });
  return Number(request.headers['content-length'] ?? 0) > BODY_LIMIT;
}

function tooManyLists(url: string): Answer {
  const text = 'too many lists are being made or have not been taken yet';
  const retry = { 'Retry-After': '1' };
  return url.startsWith('/api/')
    ? { ...apiError('unavailable', text), headers: retry }
    : textAnswer(503, text, retry);
}
