import { z } from 'zod';
import { explainIssue } from '../documents/explain-issue.js';
import type { Config } from './config.js';
import { configSchema } from './config-schema.js';

/**
 * What is wrong with the values of a configuration that did not all come from a file, in the words
 * used for a file: `web.telemetry_path: give a path such as /metrics …`.
 */
export function configFaults(config: Config): string[] {
  const faults: string[] = [];
  const { error } = z.safeEncode(configSchema, config);
  for (const issue of error?.issues ?? []) {
    explainIssue(issue, config, configSchema, (_, message) => faults.push(message));
  }
  return faults;
}
