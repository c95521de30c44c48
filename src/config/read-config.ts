import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Tell } from '../documents/explain-issue.js';
import { DocumentProblem } from '../documents/problem.js';
import { MAX_LENGTH, readYaml } from '../documents/read-yaml.js';
import { hasKind, shapesAt } from '../documents/schema-walk.js';
import { type Config, DEFAULT_CONFIG } from './config.js';
import { configSchema } from './config-schema.js';
import { type Environment, fillFromEnvironment } from './environment.js';

/** A configuration, and what is wrong with its file. With problems, `config` is the default. */
export interface ReadConfig {
  readonly config: Config;
  readonly problems: readonly DocumentProblem[];
  /** Line of a key such as `['web', 'config_file']`, or of the nearest thing above it. */
  lineOf(path: readonly PropertyKey[]): number;
  /** Keys, joined by dots, whose value came from the environment: it may be a secret. */
  readonly fromEnvironment: ReadonlySet<string>;
}

/**
 * Reads a configuration file. Never throws; all problems are told at once. Paths in it are relative
 * to its folder, and `${NAME}` in a value is filled in from the environment.
 */
export function readConfig(file: string, environment: Environment = process.env): ReadConfig {
  const problems: DocumentProblem[] = [];
  const fromEnvironment = new Set<string>();
  const text = readText(file, problems);
  const prepare = (data: unknown, tell: Tell) => {
    const filled = fillFromEnvironment(data, configSchema, environment, tell, (path) =>
      fromEnvironment.add(path.join('.')),
    );
    return withEmptySections(filled, []);
  };
  const checked =
    text === undefined ? undefined : readYaml(file, text, configSchema, problems, prepare);
  const lineOf = checked?.lineOf ?? (() => 1);
  if (checked === undefined) return { config: DEFAULT_CONFIG, problems, lineOf, fromEnvironment };
  const config = withAbsolutePaths(checked.value, dirname(resolve(file)));
  checkFiles(config, (path, message) =>
    problems.push(new DocumentProblem(file, lineOf(path), message)),
  );
  const valid = problems.length === 0;
  return { config: valid ? config : DEFAULT_CONFIG, problems, lineOf, fromEnvironment };
}

/** A section whose keys are all commented out is an empty one, and so is an empty file. */
function withEmptySections(data: unknown, path: readonly string[]): unknown {
  if (data === null) return hasKind(shapesAt(configSchema, path), 'object') ? {} : data;
  if (typeof data !== 'object' || Array.isArray(data) || path.length > 3) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, withEmptySections(value, [...path, key])]),
  );
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const absolute = (path: string) => resolve(folder, path);
  const optional = (path: string | undefined) => (path === undefined ? undefined : absolute(path));
  const { capture, signatures, events, state, web } = config;
  const record = capture.record && { ...capture.record, file: absolute(capture.record.file) };
  return {
    ...config,
    capture: { ...capture, record },
    signatures: { ...signatures, folders: signatures.folders.map(absolute) },
    events: { file: optional(events.file) },
    state: { ...state, directory: optional(state.directory) },
    web: { ...web, config_file: optional(web.config_file) },
  };
}

function checkFiles({ capture, events }: Config, tell: Tell): void {
  if (events.file !== undefined && events.file === capture.record?.file) {
    tell(['events', 'file'], 'events.file: the frames are recorded to this file; name another');
  }
}

/** At most a little more than is accepted: the file may be endless. */
function readText(file: string, problems: DocumentProblem[]): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const buffer = Buffer.alloc(4 * MAX_LENGTH);
    let end = 0;
    for (let read = -1; read !== 0 && end < buffer.length; end += read) {
      read = readSync(descriptor, buffer, end, buffer.length - end, null);
    }
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return decoder.decode(buffer.subarray(0, end), { stream: end === buffer.length });
  } catch (error) {
    problems.push(new DocumentProblem(file, 1, `cannot be read: ${reasonOf(error)}`));
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a folder';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8 text';
    default:
      return message;
  }
}
