import { readFileSync } from 'node:fs';
import { parseDuration } from '../documents/duration.js';
import { DocumentProblem } from '../documents/problem.js';
import { readYaml } from '../documents/read-yaml.js';
import type { RateLimit } from './rate-limit.js';
import { readTls } from './read-tls.js';
import type { TlsSettings } from './tls-settings.js';
import { type WebConfigDocument, webConfigSchema } from './web-config-schema.js';

/** What web.config.file asks for. */
export interface WebConfig {
  /** Undefined: plain HTTP. */
  readonly tls: TlsSettings | undefined;
  /** bcrypt hashes by user name; none: no password is asked for. */
  readonly users: ReadonlyMap<string, string>;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rateLimit: RateLimit | undefined;
  /** What the file asks for and is not done. */
  readonly notes: readonly string[];
}

export interface ReadWebConfig {
  /** Undefined when there are problems. */
  readonly config: WebConfig | undefined;
  readonly problems: DocumentProblem[];
  /** The file and those it names: when one changes, all are read again. */
  readonly files: readonly string[];
}

export const NO_WEB_CONFIG: WebConfig = {
  tls: undefined,
  users: new Map(),
  headers: {},
  rateLimit: undefined,
  notes: [],
};

/** Everything that is wrong with a web.config.file and the certificates it names. */
export function checkWebConfig(file: string): DocumentProblem[] {
  return readWebConfig(file).problems;
}

/** Reads the file and the certificates it names. Never throws. */
export function readWebConfig(file: string): ReadWebConfig {
  const problems: DocumentProblem[] = [];
  const files = [file];
  const config = readDocument(file, files, problems);
  return { config: problems.length === 0 ? config : undefined, problems, files };
}

function readDocument(
  file: string,
  files: string[],
  problems: DocumentProblem[],
): WebConfig | undefined {
  const text = readText(file, problems);
  if (text === undefined) return undefined;
  const checked = readYaml(file, text, webConfigSchema, problems);
  if (checked === undefined) return undefined;
  const document = checked.value ?? {};
  const problem = (path: readonly PropertyKey[], message: string) => {
    problems.push(new DocumentProblem(file, checked.lineOf(path), message));
  };
  return {
    tls: readTls(file, document.tls_server_config ?? {}, files, problem),
    users: new Map(Object.entries(document.basic_auth_users ?? {})),
    headers: headersOf(document),
    rateLimit: rateLimitOf(document, problem),
    notes: notesOf(document),
  };
}

function headersOf({ http_server_config: server }: WebConfigDocument): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(server?.headers ?? {})) {
    if (value) headers[name] = value;
  }
  return headers;
}

function rateLimitOf(
  { rate_limit: limit }: WebConfigDocument,
  problem: (path: readonly PropertyKey[], message: string) => void,
): RateLimit | undefined {
  if (!limit || limit.interval === '0') return undefined;
  const interval = parseDuration(limit.interval);
  if (interval === undefined) {
    problem(['rate_limit', 'interval'], 'rate_limit.interval: give a time such as 100ms or 1s');
    return undefined;
  }
  return interval === 0 ? undefined : { interval, burst: limit.burst };
}

function notesOf({ http_server_config: server }: WebConfigDocument): string[] {
  return server?.http2 ? ['http2: true has no effect: sipseer speaks HTTP/1.1 only'] : [];
}

function readText(file: string, problems: DocumentProblem[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push(new DocumentProblem(file, 1, `cannot be read: ${reason}`));
    return undefined;
  }
}
