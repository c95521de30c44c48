import { isInstalled } from '../../deploy/setup/steps.mjs';

/** Why a test is skipped here: the programs that are not installed. False where all are. */
export function without(...programs: string[]): string | false {
  const missing = programs.filter((program) => !isInstalled(program));
  return missing.length > 0 && `not installed: ${missing.join(', ')}`;
}
