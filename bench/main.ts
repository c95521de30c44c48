/** `npm run bench`: see `npm run bench -- --help`. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { cachedCapture } from './capture/cached-capture.js';
import { circumstances } from './circumstances.js';
import { liveCeilings } from './live/live-ceilings.js';
import { type BenchOptions, benchProgram } from './options.js';
import { writeSection } from './readme.js';
import { contest } from './replay/contest.js';
import { contestTable, contestTargets, targetTable } from './report.js';
import { sayOnTerminal } from './say.js';
import { forgedSources, signatureCounts, sourceCounts, startUp } from './targets/other-targets.js';

await benchProgram({ replay, micro, live }).parseAsync();

async function replay({ messages, rounds, forged, writeDocs }: BenchOptions): Promise<void> {
  const say = sayOnTerminal();
  say(`building a capture of ${messages.toLocaleString('en')} messages`);
  const capture = cachedCapture(messages);
  const standings = await contest(capture, rounds, say);
  const others = [
    await signatureCounts(capture, Math.min(rounds, 3), say),
    await sourceCounts(Math.min(rounds, 2), say),
    await forgedSources(forged, say),
    await startUp(rounds, say),
  ];
  say('');
  const targets = [...contestTargets(standings), ...others.flatMap((other) => other.targets)];
  const { frames, bytes, phones } = capture;
  const about =
    `${messages.toLocaleString('en')} messages of ${phones.toLocaleString('en')} phones in ` +
    `${frames.toLocaleString('en')} frames, ${Math.round(bytes / 1e6)} MB; ` +
    `${rounds} rounds, medians. ${circumstances()}`;
  const text = [
    about,
    contestTable(standings, messages),
    targetTable(targets),
    others.flatMap((other) => other.lines).join('\n'),
  ].join('\n\n');
  console.log(text);
  if (writeDocs) writeSection('results', text);
}

/** Each file there measures when it is run, in a process of its own: none is compiled for another. */
function micro(topics: readonly string[]): void {
  const folder = join(import.meta.dirname, 'micro');
  const all = readdirSync(folder).filter((file) => file.endsWith('.js') && file !== 'measure.js');
  const chosen = all.filter(
    (file) => topics.length === 0 || topics.some((topic) => file.includes(topic)),
  );
  if (chosen.length === 0) {
    console.error(`no such topic; there are: ${all.map((file) => file.slice(0, -3)).join(', ')}`);
    process.exitCode = 2;
  }
  for (const file of chosen) {
    console.log(styleText('bold', file.slice(0, -3), { stream: process.stdout }));
    spawnSync(process.execPath, [join(folder, file)], { stdio: 'inherit' });
  }
}

async function live({ writeDocs }: { readonly writeDocs: boolean }): Promise<void> {
  const say = sayOnTerminal();
  const text = `${await liveCeilings(say)}\n\n${circumstances()}`;
  say('');
  console.log(text);
  if (writeDocs) writeSection('live', text);
}
