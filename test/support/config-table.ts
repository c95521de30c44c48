import { type ConfigKey, configKeys } from '../../src/config/config-keys.js';
import { yamlText } from '../../src/config/config-text.js';

const BEGIN = '<!-- keys: made by build-config-docs -->';
const END = '<!-- end of keys -->';

/** A document with the table of all keys anew between its two markers. */
export function withKeyTable(document: string): string {
  const [head, rest] = document.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error('the markers are not there');
  return `${head}${BEGIN}\n${keyTable()}${END}${tail}`;
}

function keyTable(): string {
  const rows = configKeys().flatMap(leaves).map(row);
  return `\n| key | default | meaning |\n|---|---|---|\n${rows.join('')}\n`;
}

function leaves(key: ConfigKey): ConfigKey[] {
  return key.keys.length > 0 ? key.keys.flatMap(leaves) : [key];
}

function row({ path, default: value, example, description }: ConfigKey): string {
  const written = yamlText(value);
  const shown = yamlText(example);
  const such = shown === written ? '' : ` Such as: \`${shown}\``;
  const text = `${description}${such}`.replaceAll('|', '\\|');
  return `| \`${path}\` | ${value === undefined ? 'none' : `\`${written}\``} | ${text} |\n`;
}
