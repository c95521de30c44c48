import { type ConfigKey, configKeys } from '../../src/config/config-keys.js';
import { yamlText } from '../../src/config/config-text.js';

const WIDTH = 98;

const HEAD = `# yaml-language-server: $schema=config.schema.json
#
# The configuration of sipseer. Each key is here with its default, or an example where it has none,
# commented out as "#key: value": as it stands, this file changes nothing. Explanations have a space
# after the #. "sipseer check-config FILE" tells all errors at once; an unknown key is one. Paths are
# relative to the folder of this file, and \${NAME} in a value comes from the environment.
`;

/** The example file: every key, explained and commented out. */
export function exampleConfig(): string {
  const sections = configKeys().map((section) =>
    (section.keys.length === 0
      ? commentedKey(section, '')
      : [
          comment(section.description, ''),
          `${section.name}:\n`,
          ...section.keys.flatMap((key) => commentedKey(key, '  ')),
        ]
    ).join(''),
  );
  return [HEAD, ...sections].join('\n');
}

/** The same file with the # of each key taken away. */
export function uncommented(example: string): string {
  return example.replaceAll(/^( *)#(?=[a-z_]+:)/gm, '$1');
}

function commentedKey(key: ConfigKey, indent: string): string[] {
  const value = key.keys.length > 0 ? '' : ` ${yamlText(key.default ?? key.example)}`;
  return [
    comment(`${key.description}${furtherExample(key)}`, indent),
    `${indent}#${key.name}:${value}\n`,
    ...key.keys.flatMap((each) => commentedKey(each, `${indent}  `)),
  ];
}

/** Where the default itself does not show how a value is written. */
export function furtherExample(key: ConfigKey): string {
  const example = yamlText(key.example);
  if (key.default === undefined || example === yamlText(key.default)) return '';
  return ` Such as: ${example}`;
}

function comment(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && indent.length + last.length + word.length < WIDTH - 2) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => `${indent}# ${line}\n`).join('');
}
