const SCHEME = /([^\s,"=]+)\s+/y;
const PARAMETER = /([^\s,"=]*)\s*=\s*([^\s,"]+|"[^"\\]*(?:\\.[^"\\]*)*")\s*/y;
const COMMA = /,\s*/y;

/** Credentials or a challenge: `scheme`, and the parameters as written, in their quotes. */
export type PlainCredentials = Record<string, string>;

/**
 * The value of a line of credentials or challenges in the form that the npm package `sip` gives it.
 * The package's own expressions search on where they do not match, which takes it a millisecond for
 * 1 KB without a parameter. What has no parameters (`Basic`) is left out.
 */
export function readCredentialLine(value: string): PlainCredentials[] {
  const found: PlainCredentials[] = [];
  for (let at = 0; ; ) {
    const scheme = matchAt(SCHEME, value, at)?.[1];
    if (scheme === undefined) return found;
    const parameters: [string, string][] = [];
    at = readParameters(value, SCHEME.lastIndex, parameters);
    if (parameters.length === 0) return found;
    found.push(Object.fromEntries([['scheme', scheme], ...parameters]));
    if (matchAt(COMMA, value, at) === null) return found;
    at = COMMA.lastIndex;
  }
}

/** The same of a line without a scheme (Authentication-Info). */
export function readParameterLine(value: string): PlainCredentials[] {
  const parameters: [string, string][] = [];
  readParameters(value, 0, parameters);
  return parameters.length === 0 ? [] : [Object.fromEntries(parameters)];
}

/** Adds parameters with commas between; returns where the last one ends. */
function readParameters(value: string, from: number, found: [string, string][]): number {
  let end = from;
  for (let at = from; ; at = COMMA.lastIndex) {
    const [, name, text] = matchAt(PARAMETER, value, at) ?? [];
    if (name === undefined || text === undefined) return end;
    found.push([name, text]);
    end = PARAMETER.lastIndex;
    if (matchAt(COMMA, value, end) === null) return end;
  }
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}
