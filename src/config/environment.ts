import type { z } from 'zod';
import type { Tell } from '../documents/explain-issue.js';
import { hasKind, shapesAt } from '../documents/schema-walk.js';

type Path = readonly (string | number)[];
export type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME}`; `$${` stands for a plain `${`. What else begins so is a slip. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_]\w*)\}|\$\{/g;

/**
 * The same data with each `${NAME}` replaced by what the environment has: in values, not in keys,
 * and never by more than one value, so it cannot add keys or entries of lists. Where the schema
 * wants a number or true or false and the whole value is a reference, it becomes one. `filled` is
 * told of each path that was changed.
 */
export function fillFromEnvironment(
  data: unknown,
  schema: z.core.$ZodType,
  environment: Environment,
  tell: Tell,
  filled: (path: Path) => void,
): unknown {
  const fill = (value: unknown, path: Path, above: readonly unknown[]): unknown => {
    if (typeof value === 'string' && value.includes('${')) {
      return fillText(value, path);
    }
    // A YAML alias may lead back to what holds it; such data fits no schema, and is left alone.
    if (value === null || typeof value !== 'object' || above.includes(value)) return value;
    const line = [...above, value];
    if (Array.isArray(value)) return value.map((each, i) => fill(each, [...path, i], line));
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, fill(each, [...path, key], line)]),
    );
  };
  const fillText = (text: string, path: Path): unknown => {
    const found = new Set<string>();
    const replaced = text.replaceAll(REFERENCE, (reference, name: string | undefined) => {
      if (reference === '$${') return '${';
      const known = name !== undefined && Object.hasOwn(environment, name);
      const value = known ? environment[name] : undefined;
      if (value === undefined) found.add(name === undefined ? MALFORMED : missing(name));
      else filled(path);
      return value ?? '';
    });
    for (const message of found) tell(path, `${path.join('.')}: ${message}`);
    const isWhole = /^\$\{\w+\}$/.test(text);
    return isWhole ? typed(replaced, shapesAt(schema, path)) : replaced;
  };
  return fill(data, [], []);
}

const MALFORMED = `write \${NAME}, with letters, digits and _; or $\${ for a plain \${`;

function missing(name: string): string {
  return `the environment has no ${name}; set it, or write the value itself`;
}

function typed(text: string, shapes: readonly z.core.$ZodType[]): unknown {
  if (hasKind(shapes, 'boolean') && /^(?:true|false)$/.test(text)) return text === 'true';
  if (hasKind(shapes, 'number') && /^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text;
}
