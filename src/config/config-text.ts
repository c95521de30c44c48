import { stringify } from 'yaml';
import { z } from 'zod';
import type { Config } from './config.js';
import { type ConfigKey, configKeys } from './config-keys.js';
import { configSchema } from './config-schema.js';

const MASK = '********';

/**
 * The configuration that holds, as YAML that may be read again (but for what is masked): each key
 * that has its default is marked, values from the environment and secret ones are masked.
 */
export function effectiveConfig(
  config: Config,
  fromEnvironment: ReadonlySet<string> = new Set(),
): string {
  return keyLines(configKeys(), z.encode(configSchema, config), [...fromEnvironment], '').join('');
}

/** The lines of some keys; `values` are in the form in which they are written. */
export function keyLines(
  keys: readonly ConfigKey[],
  values: Readonly<Record<string, unknown>>,
  hidden: readonly string[],
  indent: string,
): string[] {
  return keys.flatMap((key) => {
    const value = values[key.name];
    if (value === undefined) return `${indent}# ${key.name}: not set  # default\n`;
    if (key.keys.length > 0) {
      const inner = keyLines(key.keys, value as Record<string, unknown>, hidden, `${indent}  `);
      return [`${indent}${key.name}:\n`, ...inner];
    }
    const isHidden = key.secret || hidden.some((path) => `${path}.`.startsWith(`${key.path}.`));
    // What looks like a reference to the environment is none any more.
    const text = yamlText(isHidden ? MASK : value).replaceAll('${', () => '$${');
    // Whether a hidden value is the default is not told either.
    const mark = !isHidden && text === yamlText(key.default) ? '  # default' : '';
    return `${indent}${key.name}: ${text}${mark}\n`;
  });
}

/** A value on one line, in quotes and escaped where it could steer a terminal or break the line. */
export function yamlText(value: unknown): string {
  if (value === undefined) return '';
  const json = JSON.stringify(value); // which is YAML as well
  if (ESCAPED.test(json) || json.search(UNSAFE) !== -1) return json.replaceAll(UNSAFE, escaped);
  const options = { collectionStyle: 'flow', flowCollectionPadding: false } as const;
  return stringify(value, { ...options, lineWidth: 0 }).trimEnd();
}

const ESCAPED = /\\[bfnrtu]/;
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
