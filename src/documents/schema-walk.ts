import type { z } from 'zod';

type Schema = z.core.$ZodType;
type Path = readonly PropertyKey[];

/** The plain shapes behind options, defaults, codecs and unions. */
export function shapesOf(schema: Schema): Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'union':
      return def.options.flatMap((option) => shapesOf(option as Schema));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return shapesOf(def.innerType as Schema);
    case 'pipe':
      return shapesOf(def.in as Schema);
    default:
      return [schema];
  }
}

/** The shapes that a document may have at `path`; none where the path leads out of the schema. */
export function shapesAt(schema: Schema, path: Path): Schema[] {
  return path.reduce<Schema[]>(
    (shapes, key) => shapes.flatMap((shape) => below(shape, key)).flatMap(shapesOf),
    shapesOf(schema),
  );
}

function below(shape: Schema, key: PropertyKey): Schema[] {
  const { def } = (shape as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const own = Object.hasOwn(def.shape, key) ? def.shape[String(key)] : def.catchall;
      return own === undefined ? [] : [own as Schema];
    }
    case 'array':
      return [def.element as Schema];
    case 'record':
      return [def.valueType as Schema];
    default:
      return [];
  }
}

/** The named keys that these shapes have. */
export function keysOf(shapes: readonly Schema[]): string[] {
  return shapes.flatMap((shape) => {
    const { def } = (shape as z.core.$ZodTypes)._zod;
    return def.type === 'object' ? Object.keys(def.shape) : [];
  });
}

/** Keys, joined by dots, below which the schema has a key of this name; an empty text is the top. */
export function placesOf(schema: Schema, key: string): string[] {
  const found: string[] = [];
  const visit = (shapes: readonly Schema[], path: readonly string[]): void => {
    for (const name of keysOf(shapes)) {
      if (name === key) found.push(path.join('.'));
      visit(shapes.flatMap((shape) => below(shape, name)).flatMap(shapesOf), [...path, name]);
    }
  };
  visit(shapesOf(schema), []);
  return found;
}

/** Whether one of the shapes is of this kind, such as `number`, `boolean` or `object`. */
export function hasKind(shapes: readonly Schema[], kind: z.core.$ZodTypeDef['type']): boolean {
  return shapes.some((shape) => shape._zod.def.type === kind);
}
