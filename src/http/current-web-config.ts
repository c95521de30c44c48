import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { DocumentProblem } from '../documents/problem.js';
import { NO_WEB_CONFIG, type ReadWebConfig, readWebConfig, type WebConfig } from './web-config.js';

/** `recent` looks at the files after so long (milliseconds). */
const RECENT = 1_000;

/** The web.config.file has errors, so nothing is served. */
export class WebConfigError extends Error {
  readonly problems: readonly DocumentProblem[];

  constructor(problems: readonly DocumentProblem[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * The web.config.file as it is now. Like its model it is read again as soon as it, or a certificate
 * in it, has changed; a new one with an error is told once, and the old one stays.
 */
export class CurrentWebConfig {
  private config: WebConfig = NO_WEB_CONFIG;
  private files: readonly string[];
  private stamp = '';
  private lookedAt = 0;
  private readonly file: string | undefined;
  private readonly warn: (message: string) => void;

  /** Throws a WebConfigError when the file has errors. Without a file: plain HTTP, no password. */
  constructor(file: string | undefined, warn: (message: string) => void) {
    this.file = file;
    this.files = file === undefined ? [] : [file];
    this.warn = warn;
    if (file === undefined) return;
    const { config, problems } = this.read(file);
    if (config === undefined) throw new WebConfigError(problems);
    this.config = config;
  }

  /** What holds now; costs a look at the files' times. */
  get(): WebConfig {
    const { file } = this;
    this.lookedAt = performance.now();
    if (file === undefined || stampOf(this.files) === this.stamp) return this.config;
    const { config, problems } = this.read(file);
    const refused = config === undefined ? problems.join('; ') : cannotChange(this.config, config);
    if (refused !== undefined) {
      this.warn(`the changed ${file} is not used, the old settings stay: ${refused}`);
    } else if (config !== undefined) this.config = config;
    return this.config;
  }

  /** What held a second ago at most; costs nothing, however many ask. */
  recent(): WebConfig {
    return performance.now() - this.lookedAt > RECENT ? this.get() : this.config;
  }

  /** The times are noted before the files are read, so that no change is missed. */
  private read(file: string): ReadWebConfig {
    this.stamp = stampOf(this.files);
    const found = readWebConfig(file);
    if (found.files.join('\n') === this.files.join('\n')) return found;
    this.files = found.files;
    this.stamp = stampOf(this.files);
    return readWebConfig(file);
  }
}

/** What only a restart changes: a listener speaks TLS, and asks for certificates, or does not. */
function cannotChange(old: WebConfig, next: WebConfig): string | undefined {
  if ((old.tls === undefined) !== (next.tls === undefined)) {
    return 'switching TLS on or off takes a restart';
  }
  if (asksForCertificates(old) !== asksForCertificates(next)) {
    return 'beginning or ceasing to ask for client certificates takes a restart';
  }
  return undefined;
}

/** Whether clients are asked for certificates at all. */
export function asksForCertificates({ tls }: WebConfig): boolean {
  return tls !== undefined && tls.clientAuth !== 'NoClientCert';
}

/** Changes when one of the files does. */
function stampOf(files: readonly string[]): string {
  return files.map(fileStamp).join(' ');
}

function fileStamp(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs}/${size}/${ino}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
