#!/usr/bin/env node
/**
 * Makes a fresh clone ready: npm packages, build, live-capture module. `npm start` and `npm test`
 * run it first; with nothing missing it says nothing. `--retry` tries the live-capture module
 * again after a failure. No import stands here, and no new syntax, so that a Node too old for the
 * rest can still say so.
 */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 20)) {
  console.error(`setup: sipseer needs Node 20.20 or newer, and this is ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  void import('./setup/main.mjs').then(({ setUp }) => setUp(process.argv.includes('--retry')));
}
