import { z } from 'zod';
import { configSchema } from './config-schema.js';

/** One key of the file, with all that the documents made from the schema say of it. */
export interface ConfigKey {
  /** `capture.record.file`. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  /** As it is written in a file; undefined where there is none. */
  readonly default: unknown;
  /** Something that may be written here, also where there is no default. */
  readonly example: unknown;
  readonly secret: boolean;
  /** The keys of a section; empty for a value. */
  readonly keys: readonly ConfigKey[];
}

/** Every key of a schema in its order. Sections are objects, as they are or behind options. */
export function keyTree(schema: z.ZodObject, above = ''): ConfigKey[] {
  return Object.entries(schema.shape).map(([name, shape]) => {
    const path = above + name;
    const { description = '', examples, secret } = z.globalRegistry.get(shape) ?? {};
    const section = objectOf(shape);
    const written = defaultOf(shape);
    return {
      path,
      name,
      description,
      default: written,
      example: Array.isArray(examples) ? examples[0] : written,
      secret: secret === true,
      keys: section === undefined ? [] : keyTree(section, `${path}.`),
    };
  });
}

/** The keys of the configuration file. */
export function configKeys(): ConfigKey[] {
  return keyTree(configSchema);
}

function objectOf(shape: z.core.$ZodType): z.ZodObject | undefined {
  if (shape instanceof z.ZodObject) return shape;
  return shape instanceof z.ZodOptional || shape instanceof z.ZodPrefault
    ? objectOf(shape.def.innerType)
    : undefined;
}

/** What stands for a key that is not there, in the form in which it would be written. */
function defaultOf(shape: z.core.$ZodType): unknown {
  if (shape instanceof z.ZodDefault) return shape.def.defaultValue;
  return shape instanceof z.ZodPrefault ? shape.def.defaultValue : undefined;
}
