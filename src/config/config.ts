import type { z } from 'zod';
import { configSchema } from './config-schema.js';

/**
 * The configuration as the program uses it: keys as in the file, durations in seconds, ports as a
 * set (undefined: any), paths absolute.
 */
export type Config = z.output<typeof configSchema>;

/** What holds without a file. */
export const DEFAULT_CONFIG: Config = configSchema.parse({});
