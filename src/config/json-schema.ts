import { z } from 'zod';
import { configSchema } from './config-schema.js';

/** The JSON Schema (draft 2020-12) of the configuration file, for editors; as JSON text. */
export function configJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema, path }) => {
      const isSection = zodSchema instanceof z.ZodPrefault && jsonSchema.type === 'object';
      if (!isSection && path.length > 0) return;
      delete jsonSchema.default;
      // A section whose keys are all commented out is empty. zod's type knows single types only.
      Object.assign(jsonSchema, { type: ['object', 'null'] });
    },
  });
  return `${JSON.stringify({ $schema, title: 'Configuration of sipseer', ...rest }, null, 2)}\n`;
}
