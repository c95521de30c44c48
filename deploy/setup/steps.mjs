import { spawn } from 'node:child_process';
import { constants as access, accessSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

/** What set-up says goes to standard error: standard output belongs to results. */
const out = process.stderr;
out.on('error', () => {}); // Nobody reads it any more (`2>&1 | head`): the work goes on.
const terminal = out.isTTY === true && process.env.TERM !== 'dumb';
const colour = terminal && !process.env.NO_COLOR;
const unicode = /utf-?8/i.test(
  process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || '',
);
const SPINNER = unicode ? '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' : '|/-\\';
const KEPT_OUTPUT = 1 << 20;
let logHasBegun = false;

/** Ends set-up with exit code 1; the message is one line and says what to do. */
export class SetupError extends Error {}

/** @param {number} code @param {string} text */
const paint = (code, text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);

/** @param {string} line */
export function say(line) {
  out.write(`${paint(2, 'setup:')} ${line}\n`);
}

/** @param {string} line */
export function fail(line) {
  out.write(`${paint(31, 'setup:')} ${line}\n`);
}

/**
 * One line per step: its name while it runs, its duration when it has ended.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {(result: T) => boolean} succeeded
 */
export async function step(name, work, succeeded) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const head = `${paint(2, 'setup:')} ${name}`;
  let turn = 0;
  const draw = () => out.write(`\r${head} ${SPINNER[turn++ % SPINNER.length]} ${seconds()}\x1b[K`);
  const timer = terminal ? setInterval(draw, 100) : undefined;
  if (!terminal) out.write(`${head} ... `);
  let ending = 'failed after ';
  try {
    const result = await work();
    if (succeeded(result)) ending = '';
    return result;
  } finally {
    clearInterval(timer);
    out.write(`${terminal ? `\r${head} ` : ''}${ending}${seconds()}${terminal ? '\x1b[K' : ''}\n`);
  }
}

/**
 * Runs a program to its end without a shell. Its output is kept (the last MiB), not shown. Never
 * rejects: a program that cannot be started has code -1 and the reason as its output.
 * @param {string} root
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [env] added to the environment
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(root, program, args, env = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A signal ends us only after the program has ended, or the next set-up would meet it here.
    let stopped = 0;
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      stopped = 128 + constants.signals[signal];
      child.kill(signal);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
    const end = (/** @type {number} */ code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', stop);
      if (stopped !== 0) {
        out.write('\n');
        process.exit(stopped);
      }
      resolve({ code, output });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-KEPT_OUTPUT);
      });
    }
    child.on('error', (error) => {
      output = error.message;
      end(-1);
    });
    child.on('close', (code) => end(code ?? -1));
  });
}

/**
 * Keeps the whole output of a failed step in setup.log, which holds one run of set-up.
 * @param {string} root
 * @param {string} output
 * @returns {string} where to read it, as the end of a sentence
 */
export function keepLog(root, output) {
  try {
    writeFileSync(join(root, 'setup.log'), `${output}\n`, { flag: logHasBegun ? 'a' : 'w' });
    logHasBegun = true;
    return ' (details: setup.log)';
  } catch {
    return '';
  }
}

/** @param {string} path */
export function isWritable(path) {
  try {
    accessSync(path, access.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} program */
export function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), access.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
