import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm } from './packages.mjs';
import { isInstalled, isWritable, keepLog, run, say, step } from './steps.mjs';

/**
 * `cap` reads live interfaces and is compiled here, with libpcap's headers. Only live capture
 * needs it, so nothing in this file ends set-up: it says in one line what to do and goes on. What
 * came of it is remembered together with everything that could change the outcome, so that a
 * failure is neither repeated nor repeated aloud until something has changed.
 */
const STATE = 'node_modules/.sipseer-capture.json';
const MODULE = 'node_modules/cap';
const APT_WAIT = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=1'];

/** @param {string} root */
export function captureIsUntried(root) {
  if (!canTry(root)) return false;
  const state = readState(root);
  if (state.built !== true) return state.circumstances !== circumstances(root);
  const binary = join(root, MODULE, 'build/Release/cap.node');
  return state.abi !== process.versions.modules || !existsSync(binary);
}

/** @param {string} root @param {boolean} retry */
export async function ensureCapture(root, retry) {
  if (!canTry(root) || (!retry && !captureIsUntried(root))) return;
  const built = (await loads(root)) || (await build(root));
  if (built && retry) say('ready for replay and live capture');
  const state = { built, abi: process.versions.modules, circumstances: circumstances(root) };
  writeFileSync(join(root, STATE), `${JSON.stringify(state)}\n`);
}

/** @param {string} root */
function canTry(root) {
  return existsSync(join(root, MODULE)) && isWritable(join(root, 'node_modules'));
}

/** @param {string} root */
async function build(root) {
  if (missingPackages().length > 0 && mayInstall()) await aptInstall(root, missingPackages());
  const missing = missingPackages();
  if (missing.length > 0) {
    say(`replay is ready; live capture is not: ${howToInstall(missing)}, then \`npm run setup\`.`);
    return false;
  }
  const { code, output } = await step(
    'live capture module (cap)',
    () => npm(root, ['rebuild', 'cap', '--foreground-scripts', '--loglevel=error'], headers()),
    (result) => result.code === 0,
  );
  if (code === 0 && (await loads(root))) return true;
  const reason = code === 0 ? 'cap was compiled for another Node' : 'cap did not compile';
  const log = keepLog(root, output);
  say(`replay is ready; live capture is not: ${reason}${log}. \`npm run setup\` tries again.`);
  return false;
}

/**
 * A fresh container has no package lists, so a first failure is answered by one update.
 * @param {string} root
 * @param {string[]} packages
 */
async function aptInstall(root, packages) {
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-q', '--no-install-recommends', ...APT_WAIT, ...packages];
  const { code, output } = await step(
    `apt-get install ${packages.join(' ')}`,
    async () => {
      const first = await run(root, 'apt-get', install, quiet);
      if (first.code === 0) return first;
      const update = await run(root, 'apt-get', ['update', '-q', ...APT_WAIT], quiet);
      const second = await run(root, 'apt-get', install, quiet);
      return { code: second.code, output: `${first.output}${update.output}${second.output}` };
    },
    (result) => result.code === 0,
  );
  if (code !== 0) keepLog(root, output);
}

/** @param {string[]} missing */
function howToInstall(missing) {
  const command = `\`apt-get install ${missing.join(' ')}\``;
  if (mayInstall()) return `make ${command} work (details: setup.log)`;
  if (isInstalled('apt-get')) return `as root, run ${command}`;
  return `install ${missing.join(', ')} (your system may name them otherwise)`;
}

/** Debian packages that building cap needs and that are not there. */
function missingPackages() {
  const missing = [];
  const headersHere = ['/usr/include', '/usr/local/include'].some(
    (folder) => existsSync(`${folder}/pcap.h`) || existsSync(`${folder}/pcap/pcap.h`),
  );
  if (process.platform === 'linux' && !headersHere) missing.push('libpcap-dev');
  if (!isInstalled('python3')) missing.push('python3');
  if (!isInstalled('make')) missing.push('make');
  if (!isInstalled('g++') && !isInstalled('c++')) missing.push('g++');
  return missing;
}

function mayInstall() {
  return process.getuid?.() === 0 && isInstalled('apt-get');
}

/** Only loading proves it: a module built for another Node is there, too, and does not load. */
async function loads(/** @type {string} */ root) {
  return (await run(root, process.execPath, ['-e', "require('cap')"])).code === 0;
}

/**
 * Node's own headers, where they stand beside the program, spare node-gyp a download.
 * @returns {Record<string, string>}
 */
function headers() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node_version.h'))
    ? { npm_config_nodedir: prefix }
    : {};
}

/** @param {string} root */
function circumstances(root) {
  const { version } = JSON.parse(readFileSync(join(root, MODULE, 'package.json'), 'utf8'));
  const missing = missingPackages().join(' ');
  const abi = process.versions.modules;
  return `cap ${version}, node abi ${abi}, missing: ${missing}, apt: ${mayInstall()}`;
}

/** @param {string} root @returns {{ built?: boolean, abi?: string, circumstances?: string }} */
function readState(root) {
  try {
    return JSON.parse(readFileSync(join(root, STATE), 'utf8'));
  } catch {
    return {};
  }
}
