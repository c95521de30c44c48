#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { holdSignals } from './service/signals.js';

// The heap may grow by so much (per cent) beyond what lives before it is collected. V8 lets it double,
// and tables that live long gain nothing by that: a fifth less memory, at no cost that was measured.
setFlagsFromString('--heap-growing-percent=30');

// `-r FILE` alone means replay, and `-i IF` run, as in tcpdump and Suricata.
const [node, script, first, ...rest] = process.argv;
const verb = first === '-r' ? ['replay'] : first === '-i' ? ['run', '-i'] : [first];
const argv = [node!, script!, ...verb, ...rest].filter((word) => word !== undefined);

// A sensor must not be ended, nor opened to a debugger, by a signal that comes while the rest of it
// is still being loaded.
if (argv[2] === 'run') holdSignals();

const { start } = await import('./cli/start.js');
await start(argv);
