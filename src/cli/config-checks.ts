import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/config.js';
import type { DocumentProblem } from '../documents/problem.js';
import { captureFilter } from '../live/capture-filter.js';
import { loadSignatures } from '../rules/load.js';
import { signatureProblems } from '../rules/signature-set.js';
import { disabledFaults } from './disabled-signatures.js';
import { signatureFolders } from './signature-folders.js';

/** Tells what is wrong with the value of a key such as `['events', 'file']`. */
type TellKey = (path: readonly string[], message: string) => void;

/** Loads and compiles the signatures; tells of disabled ones that there are not. */
export function checkSignatures({ signatures }: Config, tell: TellKey): DocumentProblem[] {
  const loaded = loadSignatures(signatureFolders(signatures.folders));
  const problems = signatureProblems(loaded);
  for (const fault of disabledFaults(loaded, signatures.disabled)) {
    tell(['signatures', 'disabled'], fault);
  }
  return [...problems];
}

/** Files that the sensor will write must have a folder where this user may write. */
export function checkWritable({ capture, events, state }: Config, tell: TellKey): void {
  const files: [path: string[], file: string | undefined][] = [
    [['capture', 'record', 'file'], capture.record?.file],
    [['events', 'file'], events.file],
  ];
  for (const [path, file] of files) {
    const fault = file === undefined ? undefined : fileFault(file);
    if (fault !== undefined) tell(path, fault);
  }
  if (state.directory === undefined) return;
  const fault = folderFault(state.directory);
  if (fault !== undefined) tell(['state', 'directory'], fault);
}

function fileFault(file: string): string | undefined {
  const kind = kindOf(file);
  if (kind === 'none') return folderFault(dirname(file));
  if (kind === 'folder') return `${file} is a folder; name a file`;
  return isAllowed(file, constants.W_OK) ? undefined : `this user may not write ${file}`;
}

function folderFault(folder: string): string | undefined {
  const kind = kindOf(folder);
  if (kind === 'none') return `there is no folder ${folder}; make it`;
  if (kind === 'file') return `${folder} is not a folder`;
  const allowed = isAllowed(folder, constants.W_OK | constants.X_OK);
  return allowed ? undefined : `this user may not write in ${folder}`;
}

/** What is at a path; a folder above it that may not be entered is told by the access check. */
function kindOf(path: string): 'none' | 'folder' | 'file' | 'hidden' {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'none';
    return stats.isDirectory() ? 'folder' : 'file';
  } catch {
    return 'hidden';
  }
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/**
 * Compiles the filter as tcpdump would, which opens no interface. Gives what was left unchecked, if
 * tcpdump is not there.
 */
export function checkFilter({ capture }: Config, tell: TellKey): string | undefined {
  const { ports, tunnels, media_ports: mediaPorts, filter: own } = capture;
  const filter = captureFilter(ports, { tunnels, mediaPorts, own });
  const { error, status, stderr } = spawnSync('tcpdump', ['-d', '--', filter], {
    encoding: 'utf8',
    timeout: 5000,
  });
  if (error !== undefined) return 'the filter was not checked, for which tcpdump must be installed';
  if (status === 0) return undefined;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  tell(['capture', 'filter'], `tcpdump does not take it: ${reason.replace(/^tcpdump: /, '')}`);
  return undefined;
}
