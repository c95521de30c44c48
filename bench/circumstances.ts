import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { packageRoot } from '../src/package-root.js';

/** On which machine, when, and of which commit: without them a figure means nothing. */
export function circumstances(): string {
  const [processor] = cpus();
  const count = availableParallelism();
  const { stdout } = spawnSync('git', ['log', '-1', '--format=%h'], {
    cwd: packageRoot(),
    encoding: 'utf8',
  });
  const commit = stdout?.trim() || 'unknown';
  const date = new Date().toISOString().slice(0, 10);
  const model = processor?.model.trim() || process.arch;
  return `Measured on ${date}, commit ${commit}: ${model}, ${count} processors, Node ${process.version}.`;
}
