#!/usr/bin/env node
import { holdSignals } from './service/signals.js';

// `-r FILE` alone means replay, and `-i IF` run, as in tcpdump and Suricata.
const [node, script, first, ...rest] = process.argv;
const verb = first === '-r' ? ['replay'] : first === '-i' ? ['run', '-i'] : [first];
const argv = [node!, script!, ...verb, ...rest].filter((word) => word !== undefined);

// A sensor must not be ended, nor opened to a debugger, by a signal that comes while the rest of it
// is still being loaded.
if (argv[2] === 'run') holdSignals();

const { start } = await import('./cli/start.js');
await start(argv);
