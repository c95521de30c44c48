import { spawnSync } from 'node:child_process';
import { isInstalled } from '../../deploy/setup/steps.mjs';

/** Why a test that needs promtool is skipped; false where it is there. */
export const NO_PROMTOOL = isInstalled('promtool')
  ? false
  : 'promtool is not installed (package prometheus)';

/** What promtool says of its input, and whether it is content. */
export function promtool(args: readonly string[], input = ''): { good: boolean; says: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { good: status === 0, says: `${stdout}${stderr}` };
}
