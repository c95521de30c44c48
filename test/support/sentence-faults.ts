const LONGEST = 300;

const PLURALS: Record<string, string> = {
  account: 'accounts',
  address: 'addresses',
  call: 'calls',
  caller: 'callers',
  country: 'countries',
  destination: 'destinations',
  extension: 'extensions',
  guess: 'guesses',
  host: 'hosts',
  message: 'messages',
  number: 'numbers',
  packet: 'packets',
  password: 'passwords',
  phone: 'phones',
  port: 'ports',
  prefix: 'prefixes',
  request: 'requests',
  server: 'servers',
  target: 'targets',
  telephone: 'telephones',
  time: 'times',
};

const SINGULAR = Object.keys(PLURALS).join('|');
const PLURAL = Object.values(PLURALS).join('|');

const FAULTS: readonly [fault: string, found: RegExp][] = [
  ['undefined or the like', /\b(undefined|null|NaN|Infinity)\b|\[object/],
  ['a brace of a template', /\{[a-z_.|]+\}/],
  ['a doubled word', /(?<![\w.])([a-z]+) \1\b/i],
  ['a full stop at the end', /\.$/],
  ['two spaces, or one at an end', / {2}|^ | $/],
  ['not one sentence', /[a-z]\. [A-Z]/],
  ['begins with neither an address nor a capital letter', /^(?!\d+\.\d+\.|\[?[0-9a-f]*:|[A-Z])/],
  [
    'a plural where it is singular',
    new RegExp(`(?<![\\d.,:/-])1 ((more|other|different) )?(${PLURAL})\\b`),
  ],
  [
    'a singular where it is plural',
    new RegExp(`(?<![\\d.,:/-])([2-9]|\\d{2,}) ((more|other|different) )?(${SINGULAR})\\b`),
  ],
];

/** What keeps a reason from being one plain sentence; empty: nothing does. */
export function sentenceFaults(text: string): string[] {
  const faults = FAULTS.filter(([, found]) => found.test(text)).map(([fault]) => fault);
  if (text.length > LONGEST) faults.push(`more than ${LONGEST} characters`);
  return faults;
}
